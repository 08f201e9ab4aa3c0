// Carries another request that a broker forwards to the controller, with the principal it came from.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { bytes, int16 } from '../schema/field.ts';

export const envelope = api({
  key: 58,
  name: 'Envelope',
  versions: '0',
  flexibleVersions: '0+',
  listeners: ['controller'],
  request: {
    requestData: bytes(),
    requestPrincipal: bytes({ nullable: '0+' }),
    clientHostAddress: bytes(),
  },
  response: {
    responseData: bytes({ nullable: '0+', default: null }),
    errorCode: int16(),
  },
});

export type EnvelopeRequest = RequestOf<typeof envelope>;
export type EnvelopeResponse = ResponseOf<typeof envelope>;
