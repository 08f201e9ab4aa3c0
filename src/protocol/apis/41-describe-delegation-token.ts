// Lists delegation tokens by owner.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, bytes, int16, int32, int64, string, struct } from '../schema/field.ts';

export const describeDelegationToken = api({
  key: 41,
  name: 'DescribeDelegationToken',
  versions: '1-3',
  flexibleVersions: '2+',
  listeners: ['broker', 'controller'],
  request: {
    owners: array(struct({ principalType: string(), principalName: string() }), { nullable: '0+' }),
  },
  response: {
    errorCode: int16(),
    tokens: array(
      struct({
        principalType: string(),
        principalName: string(),
        tokenRequesterPrincipalType: string({ versions: '3+' }),
        tokenRequesterPrincipalName: string({ versions: '3+' }),
        issueTimestamp: int64(),
        expiryTimestamp: int64(),
        maxTimestamp: int64(),
        tokenId: string(),
        hmac: bytes(),
        renewers: array(struct({ principalType: string(), principalName: string() })),
      }),
    ),
    throttleTimeMs: int32(),
  },
});

export type DescribeDelegationTokenRequest = RequestOf<typeof describeDelegationToken>;
export type DescribeDelegationTokenResponse = ResponseOf<typeof describeDelegationToken>;
