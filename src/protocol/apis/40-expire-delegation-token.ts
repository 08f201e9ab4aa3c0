// Lets a delegation token expire.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { bytes, int16, int32, int64 } from '../schema/field.ts';

export const expireDelegationToken = api({
  key: 40,
  name: 'ExpireDelegationToken',
  versions: '1-2',
  flexibleVersions: '2+',
  listeners: ['broker', 'controller'],
  request: {
    hmac: bytes(),
    expiryTimePeriodMs: int64(),
  },
  response: {
    errorCode: int16(),
    expiryTimestampMs: int64(),
    throttleTimeMs: int32(),
  },
});

export type ExpireDelegationTokenRequest = RequestOf<typeof expireDelegationToken>;
export type ExpireDelegationTokenResponse = ResponseOf<typeof expireDelegationToken>;
