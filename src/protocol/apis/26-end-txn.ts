// Commits or aborts a transaction; from version 5 on the answer carries the next epoch (KIP-890).

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { boolean, int16, int32, int64, string } from '../schema/field.ts';

export const endTxn = api({
  key: 26,
  name: 'EndTxn',
  versions: '0-5',
  flexibleVersions: '3+',
  request: {
    transactionalId: string(),
    producerId: int64(),
    producerEpoch: int16(),
    committed: boolean(),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    producerId: int64({ versions: '5+', default: -1n, ignorable: true }),
    producerEpoch: int16({ versions: '5+', default: -1, ignorable: true }),
  },
});

export type EndTxnRequest = RequestOf<typeof endTxn>;
export type EndTxnResponse = ResponseOf<typeof endTxn>;
