// Appends record batches to partitions. With acks=0 there is no response.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int16, int32, int64, records, string, struct, uuid } from '../schema/field.ts';

export const produce = api({
  key: 0,
  name: 'Produce',
  versions: '3-13',
  flexibleVersions: '9+',
  request: {
    transactionalId: string({ nullable: '3+', default: null }),
    acks: int16(),
    timeoutMs: int32(),
    topicData: array(
      struct({
        name: string({ versions: '0-12', ignorable: true }),
        topicId: uuid({ versions: '13+', ignorable: true }),
        partitionData: array(struct({ index: int32(), records: records({ nullable: '0+' }) })),
      }),
    ),
  },
  response: {
    responses: array(
      struct({
        name: string({ versions: '0-12', ignorable: true }),
        topicId: uuid({ versions: '13+', ignorable: true }),
        partitionResponses: array(
          struct({
            index: int32(),
            errorCode: int16(),
            baseOffset: int64(),
            logAppendTimeMs: int64({ default: -1n }),
            logStartOffset: int64({ versions: '5+', default: -1n, ignorable: true }),
            recordErrors: array(
              struct({ batchIndex: int32(), batchIndexErrorMessage: string({ nullable: '8+', default: null }) }),
              { versions: '8+', ignorable: true },
            ),
            errorMessage: string({ versions: '8+', nullable: '8+', default: null, ignorable: true }),
            currentLeader: struct(
              { leaderId: int32({ default: -1 }), leaderEpoch: int32({ default: -1 }) },
              { versions: '10+', tag: 0 },
            ),
          }),
        ),
      }),
    ),
    throttleTimeMs: int32({ default: 0 }),
    nodeEndpoints: array(
      struct({ nodeId: int32(), host: string(), port: int32(), rack: string({ nullable: '10+', default: null }) }),
      { versions: '10+', tag: 0 },
    ),
  },
});

export type ProduceRequest = RequestOf<typeof produce>;
export type ProduceResponse = ResponseOf<typeof produce>;
