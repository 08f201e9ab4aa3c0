// Posts the metrics to an OpenTelemetry collector, again and again. A collector that does not answer costs nothing but a line in the log.

import type { Clock, Timer } from '../../platform/index.ts';
import type { Logger, ReadableMetrics } from '../../telemetry/index.ts';
import { otlpMetrics } from './otlp-json.ts';

export interface OtlpExporterOptions {
  readonly url: string;
  readonly intervalMs: number;
  readonly metrics: Pick<ReadableMetrics, 'families'>;
  /** Who sends it: `service.name`, `service.version`, `service.instance.id`. */
  readonly resource: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface OtlpExporter {
  /** Posts a last time. */
  close(): Promise<void>;
}

const POST_TIMEOUT_MS = 10_000;

export function startOtlpExporter(options: OtlpExporterOptions): OtlpExporter {
  const { clock, intervalMs } = options;
  const startMs = clock.now();
  let isClosed = false;
  let timer: Timer | undefined;
  let running: Promise<void> = Promise.resolve();
  const schedule = () => {
    if (isClosed) return;
    timer = clock.schedule(intervalMs, () => {
      running = post(options, startMs).then(schedule);
    });
  };
  schedule();
  return {
    async close() {
      if (isClosed) return;
      isClosed = true;
      timer?.cancel();
      await running;
      await post(options, startMs);
    },
  };
}

async function post({ url, metrics, resource, clock, logger }: OtlpExporterOptions, startMs: number): Promise<void> {
  try {
    const body = JSON.stringify(otlpMetrics(await metrics.families(), resource, { startMs, nowMs: clock.now() }));
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(POST_TIMEOUT_MS),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`the collector answered ${response.status}`);
  } catch (error) {
    logger.warn({ url: withoutSecrets(url), error: messageOf(error) }, 'cannot post metrics');
  }
}

/** User, password and query of a URL may be secrets. */
function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
