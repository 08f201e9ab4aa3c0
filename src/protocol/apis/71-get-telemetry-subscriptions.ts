// Tells a client which metrics the cluster wants from it (KIP-714).

import { api, type RequestOf, type ResponseOf } from '../schema/api.ts';
import { array, boolean, int8, int16, int32, string, uuid } from '../schema/field.ts';

export const getTelemetrySubscriptions = api({
  key: 71,
  name: 'GetTelemetrySubscriptions',
  versions: '0',
  flexibleVersions: '0+',
  request: {
    clientInstanceId: uuid(),
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    clientInstanceId: uuid(),
    subscriptionId: int32(),
    acceptedCompressionTypes: array(int8()),
    pushIntervalMs: int32(),
    telemetryMaxBytes: int32(),
    deltaTemporality: boolean(),
    requestedMetrics: array(string()),
  },
});

export type GetTelemetrySubscriptionsRequest = RequestOf<typeof getTelemetrySubscriptions>;
export type GetTelemetrySubscriptionsResponse = ResponseOf<typeof getTelemetrySubscriptions>;
