// Metrics that clients push to the broker (KIP-714): what each client is asked for, whether a push is one that was asked for, and the newest
// values, which are shown with the broker's own metrics.

import {
  type ClientAttribute,
  type ConfigTexts,
  clientMetricsSubscription,
  DEFAULT_CLIENT_METRICS_INTERVAL_MS,
} from '../../metadata/index.ts';
import type { Clock, Random } from '../../platform/index.ts';
import { compressionTypeOf, crc32c, decompress, KafkaError, randomUuid, ZERO_UUID } from '../../protocol/index.ts';
import type { ForeignSample } from '../../telemetry/index.ts';
import { type DataPoint, readOtlpMetrics } from './otlp-reader.ts';

export type ClientAttributes = Readonly<Partial<Record<Exclude<ClientAttribute, 'client_instance_id'>, string>>>;

export interface ClientTelemetryOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** `telemetry.max.bytes`. */
  readonly maxBytes: number;
  /** Whether somebody will read the values; else they are not kept. */
  readonly isRead: boolean;
  /** The settings of all client metrics resources; the same object as long as none has changed. */
  readonly subscriptions: () => readonly ConfigTexts[];
}

export interface TelemetryClient {
  readonly attributes: ClientAttributes;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

export interface Subscription {
  readonly instanceId: string;
  readonly subscriptionId: number;
  readonly metrics: readonly string[];
  readonly pushIntervalMs: number;
}

export interface Push {
  readonly clientInstanceId: string;
  readonly subscriptionId: number;
  readonly terminating: boolean;
  readonly compressionType: number;
  readonly metrics: Buffer;
}

interface Instance {
  readonly subscription: Subscription;
  /** By which settings it was decided. */
  readonly basis: readonly ConfigTexts[];
  readonly clientId: string;
  lastGetMs: number;
  lastPushMs: number;
  lastSeenMs: number;
  isTerminating: boolean;
  /** After these errors a client asks again at once. */
  mayAskAgain: boolean;
  /** By name and labels. */
  readonly values: Map<string, ForeignSample>;
}

/** As many as Kafka keeps. The one that came first makes room. */
const MAX_INSTANCES = 16_384;
const MAX_VALUES_PER_INSTANCE = 1000;
const MAX_VALUES = 100_000;
/** An instance that is silent for three intervals is forgotten, but not before this. */
const MIN_EXPIRY_MS = 60_000;
const ALL_METRICS = '*';
const ONE_UUID = 'AAAAAAAAAAAAAAAAAAAAAQ';
/** Keeps the names that clients choose apart from the broker's. */
const PREFIX = 'client_';

export class ClientTelemetry {
  readonly #options: ClientTelemetryOptions;
  readonly #instances = new Map<string, Instance>();
  /** The instance that came over a connection, by the connection's signal. */
  readonly #ofConnection = new WeakMap<AbortSignal, string>();
  #valueCount = 0;

  constructor(options: ClientTelemetryOptions) {
    this.#options = options;
  }

  get isRead(): boolean {
    return this.#options.isRead;
  }

  get maxBytes(): number {
    return this.#options.maxBytes;
  }

  /** What the client is to push. Throws THROTTLING_QUOTA_EXCEEDED for one that asks before its next push is due. */
  subscribe(clientInstanceId: string, client: TelemetryClient): Subscription {
    const id = clientInstanceId === ZERO_UUID ? randomUuid(this.#options.random) : clientInstanceId;
    const instance = this.#instance(id, client);
    const nowMs = this.#options.clock.now();
    const isDue = nowMs - Math.max(instance.lastGetMs, instance.lastPushMs) >= instance.subscription.pushIntervalMs;
    if (isDue) instance.lastGetMs = nowMs;
    else if (!instance.mayAskAgain) throw new KafkaError('THROTTLING_QUOTA_EXCEEDED');
    instance.mayAskAgain = false;
    return instance.subscription;
  }

  /** Takes what a client pushes. Throws a `KafkaError`. */
  push(push: Push, client: TelemetryClient): void {
    const { clientInstanceId } = push;
    if (clientInstanceId === ZERO_UUID || clientInstanceId === ONE_UUID) throw new KafkaError('INVALID_REQUEST');
    const instance = this.#instance(clientInstanceId, client);
    instance.mayAskAgain = false;
    try {
      this.#check(push, instance);
    } catch (error) {
      const { code } = error as KafkaError;
      instance.mayAskAgain = code === 'UNKNOWN_SUBSCRIPTION_ID' || code === 'UNSUPPORTED_COMPRESSION_TYPE';
      throw error;
    } finally {
      instance.isTerminating = push.terminating;
    }
    if (push.metrics.length > 0 && this.#options.isRead) this.#keep(instance, this.#read(push));
  }

  /** The newest values of all clients that are there. */
  *samples(): Generator<ForeignSample> {
    this.#forgetSilent();
    for (const { values } of this.#instances.values()) yield* values.values();
  }

  #check({ terminating, subscriptionId, compressionType, metrics }: Push, instance: Instance): void {
    if (instance.isTerminating) throw new KafkaError('INVALID_REQUEST');
    const nowMs = this.#options.clock.now();
    // The first push behind a subscription comes at a random moment of the interval, so that clients do not push all at once.
    const isDue =
      instance.lastGetMs > instance.lastPushMs || nowMs - instance.lastPushMs >= instance.subscription.pushIntervalMs;
    if (isDue) instance.lastPushMs = nowMs;
    else if (!terminating) throw new KafkaError('THROTTLING_QUOTA_EXCEEDED');
    if (subscriptionId !== instance.subscription.subscriptionId) throw new KafkaError('UNKNOWN_SUBSCRIPTION_ID');
    if (compressionTypeOf(compressionType) === undefined) throw new KafkaError('UNSUPPORTED_COMPRESSION_TYPE');
    if (metrics.length > this.#options.maxBytes) throw new KafkaError('TELEMETRY_TOO_LARGE');
  }

  #read({ compressionType, metrics }: Push): DataPoint[] {
    try {
      const type = compressionTypeOf(compressionType) ?? 'none';
      return readOtlpMetrics(decompress(type, metrics, this.#options.maxBytes), MAX_VALUES_PER_INSTANCE);
    } catch (error) {
      throw new KafkaError('INVALID_RECORD', error instanceof Error ? error.message : undefined);
    }
  }

  #keep(instance: Instance, points: readonly DataPoint[]): void {
    const { values, subscription, clientId } = instance;
    for (const { name, attributes, value, isDelta } of points) {
      const labels = {
        ...Object.fromEntries(Object.entries(attributes).map(([key, text]) => [prometheusName(key), text])),
        client_instance_id: subscription.instanceId,
        client_id: clientId,
      };
      const key = JSON.stringify([name, Object.entries(labels).sort()]);
      const before = values.get(key);
      if (before === undefined) {
        if (values.size >= MAX_VALUES_PER_INSTANCE || this.#valueCount >= MAX_VALUES) continue;
        this.#valueCount++;
      }
      const sum = isDelta ? (before?.value ?? 0) + value : value;
      values.set(key, { name: PREFIX + prometheusName(name), labels, value: sum });
    }
  }

  #instance(id: string, client: TelemetryClient): Instance {
    const basis = this.#options.subscriptions();
    const nowMs = this.#options.clock.now();
    const known = this.#instances.get(id);
    if (known?.basis === basis) {
      known.lastSeenMs = nowMs;
      return known;
    }
    const subscription = subscriptionOf(id, client.attributes, basis);
    const instance: Instance = {
      subscription,
      basis,
      clientId: client.attributes.client_id ?? '',
      lastGetMs: Number.NEGATIVE_INFINITY,
      lastPushMs: Number.NEGATIVE_INFINITY,
      lastSeenMs: nowMs,
      isTerminating: false,
      mayAskAgain: false,
      values: known?.values ?? new Map(),
    };
    if (known === undefined) {
      this.#makeRoom();
      this.#tie(id, client.signal);
    }
    this.#instances.set(id, instance);
    return instance;
  }

  /** A connection has one instance, which goes with it or with the next one that it names. */
  #tie(id: string, signal: AbortSignal): void {
    const before = this.#ofConnection.get(signal);
    if (before !== undefined) this.#forget(before);
    else signal.addEventListener('abort', () => this.#forget(this.#ofConnection.get(signal) ?? id), { once: true });
    this.#ofConnection.set(signal, id);
  }

  #makeRoom(): void {
    if (this.#instances.size < MAX_INSTANCES) return;
    this.#forgetSilent();
    const [first] = this.#instances.keys();
    if (this.#instances.size >= MAX_INSTANCES && first !== undefined) this.#forget(first);
  }

  #forgetSilent(): void {
    const nowMs = this.#options.clock.now();
    for (const [id, { lastSeenMs, subscription }] of this.#instances) {
      if (nowMs - lastSeenMs > Math.max(MIN_EXPIRY_MS, 3 * subscription.pushIntervalMs)) this.#forget(id);
    }
  }

  #forget(id: string): void {
    this.#valueCount -= this.#instances.get(id)?.values.size ?? 0;
    this.#instances.delete(id);
  }
}

function subscriptionOf(
  instanceId: string,
  attributes: ClientAttributes,
  settings: readonly ConfigTexts[],
): Subscription {
  const all: Readonly<Record<string, string>> = { ...attributes, client_instance_id: instanceId };
  const wanted = settings
    .map(clientMetricsSubscription)
    .filter(({ match }) => match.every(({ attribute, matches }) => matches(all[attribute] ?? '')));
  const names = new Set(wanted.flatMap(({ metrics }) => metrics));
  const metrics = names.has(ALL_METRICS) ? [ALL_METRICS] : [...names];
  const pushIntervalMs = Math.min(DEFAULT_CLIENT_METRICS_INTERVAL_MS, ...wanted.map(({ intervalMs }) => intervalMs));
  const subscriptionId = crc32c(Buffer.from(JSON.stringify([instanceId, metrics, pushIntervalMs]))) | 0;
  return { instanceId, subscriptionId, metrics, pushIntervalMs };
}

function prometheusName(name: string): string {
  const cleaned = name.replace(/[^a-zA-Z0-9_]/g, '_');
  return /^[a-zA-Z_]/.test(cleaned) ? cleaned : `_${cleaned}`;
}
