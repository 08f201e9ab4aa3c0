// A controller registers with the active controller.

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, boolean, int16, int32, string, struct, uint16, uuid } from '../schema/field.ts';

export const controllerRegistration = api({
  key: 70,
  name: 'ControllerRegistration',
  versions: '0',
  flexibleVersions: '0+',
  listeners: ['controller'],
  request: {
    controllerId: int32(),
    incarnationId: uuid(),
    zkMigrationReady: boolean(),
    listeners: array(struct({ name: string(), host: string(), port: uint16(), securityProtocol: int16() })),
    features: array(struct({ name: string(), minSupportedVersion: int16(), maxSupportedVersion: int16() })),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
  },
});

export type ControllerRegistrationRequest = RequestOf<typeof controllerRegistration>;
export type ControllerRegistrationResponse = ResponseOf<typeof controllerRegistration>;
