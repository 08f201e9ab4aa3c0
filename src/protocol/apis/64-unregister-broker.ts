// Removes a broker from the cluster's metadata.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { int16, int32, string } from '../schema/field.ts';

export const unregisterBroker = api({
  key: 64,
  name: 'UnregisterBroker',
  versions: '0',
  flexibleVersions: '0+',
  listeners: ['broker', 'controller'],
  request: {
    brokerId: int32(),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
  },
});

export type UnregisterBrokerRequest = RequestOf<typeof unregisterBroker>;
export type UnregisterBrokerResponse = ResponseOf<typeof unregisterBroker>;
