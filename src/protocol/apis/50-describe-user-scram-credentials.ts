// Lists the SCRAM credentials of users, without the secrets.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int8, int16, int32, string, struct } from '../schema/field.ts';

export const describeUserScramCredentials = api({
  key: 50,
  name: 'DescribeUserScramCredentials',
  versions: '0',
  flexibleVersions: '0+',
  listeners: ['broker', 'controller'],
  request: {
    users: array(struct({ name: string() }), { nullable: '0+' }),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
    results: array(
      struct({
        user: string(),
        errorCode: int16(),
        errorMessage: string({ nullable: '0+' }),
        credentialInfos: array(struct({ mechanism: int8(), iterations: int32() })),
      }),
    ),
  },
});

export type DescribeUserScramCredentialsRequest = RequestOf<typeof describeUserScramCredentials>;
export type DescribeUserScramCredentialsResponse = ResponseOf<typeof describeUserScramCredentials>;
