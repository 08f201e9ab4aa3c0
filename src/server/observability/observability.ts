// What an operator sees of a running server, if he asked for it: metrics are kept only then.

import { ConfigError } from '../../config/index.ts';
import type { Clock } from '../../platform/index.ts';
import { createPromMetrics, type Logger, type Metrics, noMetrics } from '../../telemetry/index.ts';
import type { ObservabilityConfig } from './observability-config.ts';

export interface ObservabilityOptions {
  readonly config: ObservabilityConfig;
  readonly nodeId: string;
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly isReady: () => boolean;
}

export interface Observability {
  readonly metrics: Metrics;
  /** The port of `metrics.listener` that was really bound; undefined without it. */
  readonly port: number | undefined;
  close(): Promise<void>;
}

/** Throws `ConfigError` for an address or a URL that is none, and with Node's code when the address cannot be bound. */
export async function startObservability(options: ObservabilityOptions): Promise<Observability> {
  const { config, clock, logger, isReady } = options;
  const listener = parseListener(config['metrics.listener']);
  const url = parseUrl(config['metrics.otlp.endpoint']);
  if (listener === undefined && url === undefined) {
    return { metrics: noMetrics, port: undefined, close: async () => {} };
  }
  const metrics = await createPromMetrics();
  const { openHttpEndpoint } = await import('./http-endpoint.ts');
  const { startOtlpExporter } = await import('./otlp-exporter.ts');
  const endpoint = listener && (await openHttpEndpoint({ ...listener, metrics, isReady }));
  const exporter =
    url === undefined
      ? undefined
      : startOtlpExporter({
          url,
          intervalMs: config['metrics.otlp.interval.ms'],
          metrics,
          resource: {
            'service.name': 'millrace',
            'service.version': options.version,
            'service.instance.id': options.nodeId,
          },
          clock,
          logger,
        });
  return {
    metrics,
    port: endpoint?.port,
    async close() {
      await exporter?.close();
      await endpoint?.close();
    },
  };
}

function parseListener(text: string | null): { host: string; port: number } | undefined {
  if (text === null || text === '') return undefined;
  const match = /^(\[[0-9A-Fa-f:.%]+\]|[^[\]:/]+):(\d{1,5})$/.exec(text);
  if (match === null || Number(match[2]) > 65535) {
    throw new ConfigError(`Invalid value ${text} for configuration metrics.listener: it is not host:port`);
  }
  return { host: (match[1] ?? '').replace(/^\[|\]$/g, ''), port: Number(match[2]) };
}

function parseUrl(text: string | null): string | undefined {
  if (text === null || text === '') return undefined;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new ConfigError('Invalid value for configuration metrics.otlp.endpoint: it is not an http or https URL');
  }
  return text;
}
