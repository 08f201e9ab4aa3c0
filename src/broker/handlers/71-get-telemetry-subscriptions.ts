// GetTelemetrySubscriptions (KIP-714): tells a client which of its metrics are wanted, and how often.

import { compressionId, getTelemetrySubscriptions, ZERO_UUID } from '../../protocol/index.ts';
import { telemetryClient } from '../client-telemetry/telemetry-client.ts';
import { handler } from '../handler.ts';

/** Best first. */
const ACCEPTED_COMPRESSION = (['zstd', 'lz4', 'gzip', 'snappy'] as const).map(compressionId);

export const getTelemetrySubscriptionsHandler = handler(getTelemetrySubscriptions, {
  handle(request, context) {
    const { telemetry } = context.services;
    const subscription = telemetry.subscribe(request.clientInstanceId, telemetryClient(context));
    return {
      errorCode: 0,
      clientInstanceId: subscription.instanceId,
      subscriptionId: subscription.subscriptionId,
      acceptedCompressionTypes: ACCEPTED_COMPRESSION,
      pushIntervalMs: subscription.pushIntervalMs,
      telemetryMaxBytes: telemetry.maxBytes,
      deltaTemporality: true,
      requestedMetrics: [...subscription.metrics],
    };
  },
  fail: (_request, error) => ({
    errorCode: error.errorCode,
    clientInstanceId: ZERO_UUID,
    subscriptionId: 0,
    acceptedCompressionTypes: [],
    pushIntervalMs: 0,
    telemetryMaxBytes: 0,
    deltaTemporality: false,
    requestedMetrics: [],
  }),
});
