// A client pushes the metrics that it was asked for (KIP-714).

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { boolean, bytes, int8, int16, int32, uuid } from '../schema/field.ts';

export const pushTelemetry = api({
  key: 72,
  name: 'PushTelemetry',
  versions: '0',
  flexibleVersions: '0+',
  request: {
    clientInstanceId: uuid(),
    subscriptionId: int32(),
    terminating: boolean(),
    compressionType: int8(),
    metrics: bytes(),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
  },
});

export type PushTelemetryRequest = RequestOf<typeof pushTelemetry>;
export type PushTelemetryResponse = ResponseOf<typeof pushTelemetry>;
