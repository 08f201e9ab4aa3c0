// The leader of a partition asks the controller to change the set of replicas in sync.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int8, int16, int32, int64, struct, uuid } from '../schema/field.ts';

export const alterPartition = api({
  key: 56,
  name: 'AlterPartition',
  versions: '2-3',
  flexibleVersions: '0+',
  listeners: ['controller'],
  request: {
    brokerId: int32(),
    brokerEpoch: int64({ default: -1n }),
    topics: array(
      struct({
        topicId: uuid(),
        partitions: array(
          struct({
            partitionIndex: int32(),
            leaderEpoch: int32(),
            newIsr: array(int32(), { versions: '0-2' }),
            newIsrWithEpochs: array(struct({ brokerId: int32(), brokerEpoch: int64({ default: -1n }) }), {
              versions: '3+',
            }),
            leaderRecoveryState: int8({ default: 0 }),
            partitionEpoch: int32(),
          }),
        ),
      }),
    ),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    topics: array(
      struct({
        topicId: uuid(),
        partitions: array(
          struct({
            partitionIndex: int32(),
            errorCode: int16(),
            leaderId: int32(),
            leaderEpoch: int32(),
            isr: array(int32()),
            leaderRecoveryState: int8({ default: 0 }),
            partitionEpoch: int32(),
          }),
        ),
      }),
    ),
  },
});

export type AlterPartitionRequest = RequestOf<typeof alterPartition>;
export type AlterPartitionResponse = ResponseOf<typeof alterPartition>;
