// Creates, changes and deletes the SCRAM credentials of users.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, bytes, int8, int16, int32, string, struct } from '../schema/field.ts';

export const alterUserScramCredentials = api({
  key: 51,
  name: 'AlterUserScramCredentials',
  versions: '0',
  flexibleVersions: '0+',
  listeners: ['broker', 'controller'],
  request: {
    deletions: array(struct({ name: string(), mechanism: int8() })),
    upsertions: array(
      struct({ name: string(), mechanism: int8(), iterations: int32(), salt: bytes(), saltedPassword: bytes() }),
    ),
  },
  response: {
    throttleTimeMs: int32(),
    results: array(struct({ user: string(), errorCode: int16(), errorMessage: string({ nullable: '0+' }) })),
  },
});

export type AlterUserScramCredentialsRequest = RequestOf<typeof alterUserScramCredentials>;
export type AlterUserScramCredentialsResponse = ResponseOf<typeof alterUserScramCredentials>;
