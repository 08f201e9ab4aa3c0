// A broker gets a block of producer ids from the controller.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { int16, int32, int64 } from '../schema/field.ts';

export const allocateProducerIds = api({
  key: 67,
  name: 'AllocateProducerIds',
  versions: '0',
  flexibleVersions: '0+',
  listeners: ['controller'],
  request: {
    brokerId: int32(),
    brokerEpoch: int64({ default: -1n }),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    producerIdStart: int64(),
    producerIdLen: int32(),
  },
});

export type AllocateProducerIdsRequest = RequestOf<typeof allocateProducerIds>;
export type AllocateProducerIdsResponse = ResponseOf<typeof allocateProducerIds>;
