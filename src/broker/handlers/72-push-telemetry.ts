// PushTelemetry (KIP-714): takes the metrics that a client was asked for.

import { pushTelemetry } from '../../protocol/index.ts';
import { telemetryClient } from '../client-telemetry/telemetry-client.ts';
import { handler } from '../handler.ts';

export const pushTelemetryHandler = handler(pushTelemetry, {
  handle(request, context) {
    context.services.telemetry.push(request, telemetryClient(context));
    return { errorCode: 0 };
  },
  fail: (_request, error) => ({ errorCode: error.errorCode }),
});
