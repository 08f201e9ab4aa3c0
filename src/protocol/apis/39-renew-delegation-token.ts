// Prolongs a delegation token.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { bytes, int16, int32, int64 } from '../schema/field.ts';

export const renewDelegationToken = api({
  key: 39,
  name: 'RenewDelegationToken',
  versions: '1-2',
  flexibleVersions: '2+',
  listeners: ['broker', 'controller'],
  request: {
    hmac: bytes(),
    renewPeriodMs: int64(),
  },
  response: {
    errorCode: int16(),
    expiryTimestampMs: int64(),
    throttleTimeMs: int32(),
  },
});

export type RenewDelegationTokenRequest = RequestOf<typeof renewDelegationToken>;
export type RenewDelegationTokenResponse = ResponseOf<typeof renewDelegationToken>;
