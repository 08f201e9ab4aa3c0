// Describes the metadata quorum: leader, voters, observers, how far each has got.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int16, int32, int64, string, struct, uint16, uuid } from '../schema/field.ts';

const replicaState = struct({
  replicaId: int32(),
  replicaDirectoryId: uuid({ versions: '2+' }),
  logEndOffset: int64(),
  lastFetchTimestamp: int64({ versions: '1+', default: -1n, ignorable: true }),
  lastCaughtUpTimestamp: int64({ versions: '1+', default: -1n, ignorable: true }),
});

export const describeQuorum = api({
  key: 55,
  name: 'DescribeQuorum',
  versions: '0-2',
  flexibleVersions: '0+',
  listeners: ['broker', 'controller'],
  request: {
    topics: array(struct({ topicName: string(), partitions: array(struct({ partitionIndex: int32() })) })),
  },
  response: {
    errorCode: int16(),
    errorMessage: string({ versions: '2+', nullable: '2+', ignorable: true }),
    topics: array(
      struct({
        topicName: string(),
        partitions: array(
          struct({
            partitionIndex: int32(),
            errorCode: int16(),
            errorMessage: string({ versions: '2+', nullable: '2+', ignorable: true }),
            leaderId: int32(),
            leaderEpoch: int32(),
            highWatermark: int64(),
            currentVoters: array(replicaState),
            observers: array(replicaState),
          }),
        ),
      }),
    ),
    nodes: array(
      struct({ nodeId: int32(), listeners: array(struct({ name: string(), host: string(), port: uint16() })) }),
      { versions: '2+' },
    ),
  },
});

export type DescribeQuorumRequest = RequestOf<typeof describeQuorum>;
export type DescribeQuorumResponse = ResponseOf<typeof describeQuorum>;
