// Settings of what an operator looks at: all of it is off until it is asked for.

import { type ConfigValues, int, string } from '../../config/index.ts';

export const observabilityConfigTable = {
  'metrics.listener': string({
    default: null,
    doc: 'host:port of an HTTP server with /metrics in the format of Prometheus, /health and /ready. It asks nobody who he is. Without it there is none.',
  }),
  'metrics.otlp.endpoint': string({
    default: null,
    doc: 'URL to which metrics are posted as OTLP in JSON, as http://127.0.0.1:4318/v1/metrics. Without it they are not.',
  }),
  'metrics.otlp.interval.ms': int({
    default: '60000',
    min: 1000,
    doc: 'Milliseconds between two posts to metrics.otlp.endpoint.',
  }),
} as const;

export type ObservabilityConfig = ConfigValues<typeof observabilityConfigTable>;
