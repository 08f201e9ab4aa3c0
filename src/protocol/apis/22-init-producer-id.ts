// Gives a producer its id and epoch, and fences older producers of its transactional id.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { boolean, int16, int32, int64, string } from '../schema/field.ts';

export const initProducerId = api({
  key: 22,
  name: 'InitProducerId',
  versions: '0-6',
  flexibleVersions: '2+',
  latestVersionUnstable: true,
  request: {
    transactionalId: string({ nullable: '0+' }),
    transactionTimeoutMs: int32(),
    producerId: int64({ versions: '3+', default: -1n }),
    producerEpoch: int16({ versions: '3+', default: -1 }),
    enable2Pc: boolean({ versions: '6+', default: false }),
    keepPreparedTxn: boolean({ versions: '6+', default: false }),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    producerId: int64({ default: -1n }),
    producerEpoch: int16(),
    ongoingTxnProducerId: int64({ versions: '6+', default: -1n }),
    ongoingTxnProducerEpoch: int16({ versions: '6+', default: -1 }),
  },
});

export type InitProducerIdRequest = RequestOf<typeof initProducerId>;
export type InitProducerIdResponse = ResponseOf<typeof initProducerId>;
