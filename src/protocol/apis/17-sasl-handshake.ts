// Chooses a SASL mechanism; the first step of authentication.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, int16, string } from '../schema/field.ts';

export const saslHandshake = api({
  key: 17,
  name: 'SaslHandshake',
  versions: '0-1',
  listeners: ['broker', 'controller'],
  request: {
    mechanism: string(),
  },
  response: {
    errorCode: int16(),
    mechanisms: array(string()),
  },
});

export type SaslHandshakeRequest = RequestOf<typeof saslHandshake>;
export type SaslHandshakeResponse = ResponseOf<typeof saslHandshake>;
