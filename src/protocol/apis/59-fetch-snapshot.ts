// Reads a piece of a snapshot of the metadata log.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int16, int32, int64, records, string, struct, uint16, uuid } from '../schema/field.ts';

export const fetchSnapshot = api({
  key: 59,
  name: 'FetchSnapshot',
  versions: '0-1',
  flexibleVersions: '0+',
  listeners: ['controller'],
  request: {
    clusterId: string({ nullable: '0+', default: null, tag: 0 }),
    replicaId: int32({ default: -1 }),
    maxBytes: int32({ default: 0x7fffffff }),
    topics: array(
      struct({
        name: string(),
        partitions: array(
          struct({
            partition: int32(),
            currentLeaderEpoch: int32(),
            snapshotId: struct({ endOffset: int64(), epoch: int32() }),
            position: int64(),
            replicaDirectoryId: uuid({ versions: '1+', ignorable: true, tag: 0 }),
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
        name: string(),
        partitions: array(
          struct({
            index: int32(),
            errorCode: int16(),
            snapshotId: struct({ endOffset: int64(), epoch: int32() }),
            currentLeader: struct({ leaderId: int32(), leaderEpoch: int32() }, { tag: 0 }),
            size: int64(),
            position: int64(),
            unalignedRecords: records(),
          }),
        ),
      }),
    ),
    nodeEndpoints: array(struct({ nodeId: int32(), host: string(), port: uint16() }), { versions: '1+', tag: 0 }),
  },
});

export type FetchSnapshotRequest = RequestOf<typeof fetchSnapshot>;
export type FetchSnapshotResponse = ResponseOf<typeof fetchSnapshot>;
