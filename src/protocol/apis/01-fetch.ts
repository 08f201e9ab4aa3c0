// Reads record batches from partitions. From version 7 on a session spares both sides what did not change (KIP-227).

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int8, int16, int32, int64, records, string, struct, uuid } from '../schema/field.ts';

export const fetch = api({
  key: 1,
  name: 'Fetch',
  versions: '4-18',
  flexibleVersions: '12+',
  listeners: ['broker', 'controller'],
  request: {
    clusterId: string({ versions: '12+', nullable: '12+', default: null, ignorable: true, tag: 0 }),
    replicaId: int32({ versions: '0-14', default: -1 }),
    replicaState: struct(
      { replicaId: int32({ default: -1 }), replicaEpoch: int64({ default: -1n }) },
      { versions: '15+', tag: 1 },
    ),
    maxWaitMs: int32(),
    minBytes: int32(),
    maxBytes: int32({ default: 0x7fffffff }),
    isolationLevel: int8({ default: 0 }),
    sessionId: int32({ versions: '7+', default: 0, ignorable: true }),
    sessionEpoch: int32({ versions: '7+', default: -1, ignorable: true }),
    topics: array(
      struct({
        topic: string({ versions: '0-12', ignorable: true }),
        topicId: uuid({ versions: '13+', ignorable: true }),
        partitions: array(
          struct({
            partition: int32(),
            currentLeaderEpoch: int32({ versions: '9+', default: -1, ignorable: true }),
            fetchOffset: int64(),
            lastFetchedEpoch: int32({ versions: '12+', default: -1 }),
            logStartOffset: int64({ versions: '5+', default: -1n, ignorable: true }),
            partitionMaxBytes: int32(),
            replicaDirectoryId: uuid({ versions: '17+', ignorable: true, tag: 0 }),
            highWatermark: int64({ versions: '18+', default: 9223372036854775807n, ignorable: true, tag: 1 }),
          }),
        ),
      }),
    ),
    forgottenTopicsData: array(
      struct({
        topic: string({ versions: '7-12', ignorable: true }),
        topicId: uuid({ versions: '13+', ignorable: true }),
        partitions: array(int32()),
      }),
      { versions: '7+' },
    ),
    rackId: string({ versions: '11+', default: '', ignorable: true }),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16({ versions: '7+', ignorable: true }),
    sessionId: int32({ versions: '7+', default: 0 }),
    responses: array(
      struct({
        topic: string({ versions: '0-12', ignorable: true }),
        topicId: uuid({ versions: '13+', ignorable: true }),
        partitions: array(
          struct({
            partitionIndex: int32(),
            errorCode: int16(),
            highWatermark: int64(),
            lastStableOffset: int64({ default: -1n }),
            logStartOffset: int64({ versions: '5+', default: -1n, ignorable: true }),
            divergingEpoch: struct(
              { epoch: int32({ default: -1 }), endOffset: int64({ default: -1n }) },
              { versions: '12+', tag: 0 },
            ),
            currentLeader: struct(
              { leaderId: int32({ default: -1 }), leaderEpoch: int32({ default: -1 }) },
              { versions: '12+', tag: 1 },
            ),
            snapshotId: struct(
              { endOffset: int64({ default: -1n }), epoch: int32({ default: -1 }) },
              { versions: '12+', tag: 2 },
            ),
            abortedTransactions: array(struct({ producerId: int64(), firstOffset: int64() }), { nullable: '4+' }),
            preferredReadReplica: int32({ versions: '11+', default: -1 }),
            records: records({ nullable: '0+' }),
          }),
        ),
      }),
    ),
    nodeEndpoints: array(
      struct({ nodeId: int32(), host: string(), port: int32(), rack: string({ nullable: '16+', default: null }) }),
      { versions: '16+', tag: 0 },
    ),
  },
});

export type FetchRequest = RequestOf<typeof fetch>;
export type FetchResponse = ResponseOf<typeof fetch>;
