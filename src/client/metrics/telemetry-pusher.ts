// Pushes a client's metrics to its cluster, where the cluster asks for them (KIP-714): what is wanted, a push in each interval, and a last one at the end.

import { type Clock, type Random, sleep } from '../../platform/index.ts';
import {
  type CompressionType,
  compress,
  compressionId,
  compressionTypeOf,
  type GetTelemetrySubscriptionsResponse,
  getTelemetrySubscriptions,
  pushTelemetry,
  ZERO_UUID,
} from '../../protocol/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { Connection } from '../connection.ts';
import { untilDeadline } from '../deadline.ts';
import { responseError } from '../response-error.ts';
import type { MetricSet } from './metric-set.ts';
import { writeOtlpMetrics } from './otlp-writer.ts';
import { TelemetryPoints } from './telemetry-points.ts';

export interface TelemetryParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: MetricSet;
  /** What tells this client from others, such as its group. */
  labels(): Readonly<Record<string, string>>;
  /** To any broker. */
  connect(signal?: AbortSignal): Promise<Connection>;
}

type Subscription = GetTelemetrySubscriptionsResponse;

/** While no broker has said how often. */
const DEFAULT_INTERVAL_MS = 300_000;
const LAST_PUSH_WITHIN_MS = 1000;
/** There is nothing to wait for: the cluster wants nothing, or not from us. */
const NEVER = Number.POSITIVE_INFINITY;

export class TelemetryPusher {
  readonly #parts: TelemetryParts;
  readonly #points: TelemetryPoints;
  readonly #closed = new AbortController();
  #subscription: Subscription | undefined;
  /** The next request asks what is wanted, instead of pushing. */
  #isSubscribed = false;
  #running: Promise<void> | undefined;

  constructor(parts: TelemetryParts) {
    this.#parts = parts;
    this.#points = new TelemetryPoints(parts.clock.now());
  }

  /** The name that the cluster has given to this client, undefined before it was asked or where it takes no metrics. */
  get clientInstanceId(): string | undefined {
    return this.#subscription?.clientInstanceId;
  }

  /** Begins, if the broker at the other end takes metrics. Does nothing the second time. */
  start(connection: Connection): void {
    if (this.#running !== undefined || this.#closed.signal.aborted) return;
    if (!connection.serves(getTelemetrySubscriptions) || !connection.serves(pushTelemetry)) return;
    this.#running = this.#run();
  }

  /** Pushes a last time, if metrics are wanted, and ends. */
  async close(): Promise<void> {
    this.#closed.abort(new Error('the client is closed'));
    await this.#running;
    if (!this.#isSubscribed) return;
    this.#isSubscribed = false;
    const { clock, logger } = this.#parts;
    const last = this.#push(true).catch((error) => logger.debug({ error }, 'the last metrics were not pushed'));
    await untilDeadline(clock, last, clock.monotonic() + LAST_PUSH_WITHIN_MS);
  }

  /** Never rejects: an application does not fail because its metrics are not heard. */
  async #run(): Promise<void> {
    const { clock, logger } = this.#parts;
    const { signal } = this.#closed;
    for (let waitMs = 0; waitMs !== NEVER && !signal.aborted; ) {
      try {
        waitMs = await (this.#isSubscribed ? this.#push(false, signal) : this.#subscribe(signal));
      } catch (error) {
        logger.debug({ error }, 'metrics could not be pushed');
        waitMs = this.#intervalMs;
      }
      // A wait that is cut off by the end needs no other answer.
      if (waitMs !== NEVER) await sleep(clock, waitMs, signal).catch(() => {});
    }
  }

  /** Asks what is wanted, and gives the ms to wait. */
  async #subscribe(signal: AbortSignal): Promise<number> {
    const connection = await this.#parts.connect(signal);
    const clientInstanceId = this.clientInstanceId ?? ZERO_UUID;
    const response = await connection.send(getTelemetrySubscriptions, { clientInstanceId }, { signal });
    if (response.errorCode !== 0) return this.#waitAfter(response.errorCode, 'ask which metrics are wanted');
    this.#subscription = response;
    this.#isSubscribed = response.requestedMetrics.length > 0;
    // Clients that were started together are not to push together.
    return this.#isSubscribed
      ? response.pushIntervalMs * (0.5 + this.#parts.random.integer(1000) / 1000)
      : response.pushIntervalMs;
  }

  /** Pushes what was asked for, and gives the ms to wait. */
  async #push(terminating: boolean, signal?: AbortSignal): Promise<number> {
    const { clock, metrics, labels } = this.#parts;
    const { clientInstanceId, subscriptionId, requestedMetrics, deltaTemporality, acceptedCompressionTypes } = this
      .#subscription as Subscription;
    const connection = await this.#parts.connect(signal);
    const nowMs = clock.now();
    const points = this.#points.take(metrics.snapshot(), requestedMetrics, deltaTemporality, nowMs);
    const type = firstKnown(acceptedCompressionTypes);
    const response = await connection.send(
      pushTelemetry,
      {
        ...{ clientInstanceId, subscriptionId, terminating },
        compressionType: compressionId(type),
        metrics: compress(type, writeOtlpMetrics(labels(), points, nowMs)),
      },
      { signal },
    );
    return response.errorCode === 0 ? this.#intervalMs : this.#waitAfter(response.errorCode, 'push metrics');
  }

  /** After whatever error it has to be asked again what is wanted, and after some not before long. */
  #waitAfter(code: number, what: string): number {
    const error = responseError(code, what);
    this.#isSubscribed = false;
    this.#parts.logger.debug({ error }, 'metrics are not taken');
    switch (error?.code) {
      case 'UNKNOWN_SUBSCRIPTION_ID':
      case 'UNSUPPORTED_COMPRESSION_TYPE':
        return 0;
      case 'TELEMETRY_TOO_LARGE':
      case 'THROTTLING_QUOTA_EXCEEDED':
        return this.#intervalMs;
      default:
        return NEVER;
    }
  }

  get #intervalMs(): number {
    return this.#subscription?.pushIntervalMs ?? DEFAULT_INTERVAL_MS;
  }
}

/** Brokers name the best first. */
function firstKnown(types: readonly number[]): CompressionType {
  return types.map(compressionTypeOf).find((type) => type !== undefined) ?? 'none';
}
