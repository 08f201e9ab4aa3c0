// A cluster as its clients see it: where the brokers, leaders, coordinators and the controller are, and how to ask them.
// Producer, consumer and admin each stand on one of these.

import type { Address } from '../platform/index.ts';
import {
  type Api,
  KafkaError,
  type MetadataResponse,
  metadata as metadataApi,
  type RequestInput,
  type ResponseOf,
} from '../protocol/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { withRetries } from './backoff.ts';
import type { Connection, SendOptions } from './connection.ts';
import { abortable, ConnectionPool, type Purpose } from './connection-pool.ts';
import { CoordinatorCache, type CoordinatorType } from './coordinators.ts';
import { BootstrapError, ConnectionError, isRetriable, TimeoutError } from './errors.ts';
import { type BrokerNode, type ClusterMetadata, readClusterMetadata } from './metadata.ts';
import { ConnectionMetrics } from './metrics/connection-metrics.ts';
import { type ClientRole, MetricSet } from './metrics/metric-set.ts';
import { TelemetryPusher } from './metrics/telemetry-pusher.ts';
import { responseError } from './response-error.ts';
import { type ClientOptions, type ClientSettings, readSettings } from './settings.ts';
import { TopicCache } from './topic-cache.ts';
import { chooseVersion } from './versions.ts';

/** A request, or what makes one for the version that was agreed. */
export type RequestFor<A extends Api> = RequestInput<A> | ((version: number) => RequestInput<A>);

export interface RequestOptions extends SendOptions {
  readonly purpose?: Purpose;
}

/** How long a call may take with all its attempts, and what ends it early: it rejects with the reason of the signal then. */
export interface RetryScope {
  readonly signal?: AbortSignal | undefined;
  /** All attempts together, ms; default `apiTimeoutMs`. */
  readonly timeoutMs?: number | undefined;
}

// After these the client's picture of the cluster is wrong, whatever else the caller makes of them.
const STALE_METADATA = new Set<string>([
  'NOT_CONTROLLER',
  'NOT_LEADER_OR_FOLLOWER',
  'LEADER_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_TOPIC_ID',
  'INCONSISTENT_TOPIC_ID',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'REPLICA_NOT_AVAILABLE',
  'KAFKA_STORAGE_ERROR',
  'BROKER_NOT_AVAILABLE',
]);
const STALE_COORDINATOR = new Set<string>(['NOT_COORDINATOR', 'COORDINATOR_NOT_AVAILABLE']);

export class Cluster implements AsyncDisposable {
  readonly settings: ClientSettings;
  readonly logger: Logger;
  readonly metrics: MetricSet;
  /** Topics with their leaders, as last heard. */
  readonly topics: TopicCache;
  readonly #pool: ConnectionPool;
  readonly #coordinators: CoordinatorCache;
  readonly #telemetry: TelemetryPusher;
  #metadata: ClusterMetadata | undefined;
  // Still worth a try for the next question, before the bootstrap list.
  #previousBrokers: ClusterMetadata | undefined;
  #firstFailureMs: number | undefined;
  #refreshing: Promise<ClusterMetadata> | undefined;

  /** `labels` tells this client from others in the metrics that it pushes. */
  constructor(
    options: ClientOptions,
    role: ClientRole = 'admin-client',
    labels: () => Readonly<Record<string, string>> = () => ({}),
  ) {
    this.settings = readSettings(options);
    this.logger = this.settings.logger;
    this.metrics = new MetricSet(role, this.settings.clientId, this.settings.platform.clock);
    this.#pool = new ConnectionPool(this.settings, new ConnectionMetrics(this.metrics, this.settings.platform.clock));
    this.topics = new TopicCache(this);
    this.#coordinators = new CoordinatorCache(this);
    const { clock, random } = this.settings.platform;
    const connect = (signal?: AbortSignal) => this.anyConnection(signal);
    this.#telemetry = new TelemetryPusher({
      ...{ clock, random, labels, connect },
      ...{ metrics: this.metrics, logger: this.logger },
    });
  }

  /** What the cluster calls this client where it takes the metrics of clients (KIP-714); undefined where it does not, or was not asked yet. */
  get clientInstanceId(): string | undefined {
    return this.#telemetry.clientInstanceId;
  }

  /** The brokers as last heard; asks when nothing was heard yet. */
  async metadata(signal?: AbortSignal): Promise<ClusterMetadata> {
    if (this.#metadata) return this.#metadata;
    this.#refreshing ??= this.#askForBrokers().finally(() => {
      this.#refreshing = undefined;
    });
    return abortable(this.#refreshing, signal);
  }

  /** Takes the brokers of any Metadata response. Throws a retriable error when the broker sends the client back to the bootstrap servers (KIP-899). */
  learn(response: MetadataResponse): ClusterMetadata {
    const error = responseError(response.errorCode, 'learn of the cluster');
    if (error) {
      this.#metadata = undefined;
      this.#previousBrokers = undefined;
      throw new TimeoutError(error.message, { cause: error, retriable: true });
    }
    const metadata = readClusterMetadata(response);
    // A broker that is just starting may know of nobody; that is no reason to forget everybody.
    if (metadata.brokers.size > 0) this.#metadata = metadata;
    return metadata;
  }

  /** Asks any broker. */
  async sendToAny<A extends Api>(api: A, request: RequestFor<A>, options: RequestOptions = {}): Promise<ResponseOf<A>> {
    return this.#send(await this.anyConnection(options.signal), api, request, options);
  }

  /** Asks the controller, or the broker that stands for it. */
  async sendToController<A extends Api>(
    api: A,
    request: RequestFor<A>,
    options: RequestOptions = {},
  ): Promise<ResponseOf<A>> {
    const { controllerId, brokers } = await this.metadata(options.signal);
    if (!brokers.has(controllerId)) return this.sendToAny(api, request, options);
    return this.sendToNode(controllerId, api, request, options);
  }

  async sendToNode<A extends Api>(
    nodeId: number,
    api: A,
    request: RequestFor<A>,
    options: RequestOptions = {},
  ): Promise<ResponseOf<A>> {
    return this.#send(await this.connection(nodeId, options.purpose, options.signal), api, request, options);
  }

  /** Asks the coordinator of a group or transactional id, on the connection kept for that. */
  async sendToCoordinator<A extends Api>(
    type: CoordinatorType,
    key: string,
    api: A,
    request: RequestFor<A>,
    options: RequestOptions = {},
  ): Promise<ResponseOf<A>> {
    const connection = await this.coordinatorConnection(type, key, options.signal, options.purpose);
    return this.#send(connection, api, request, options);
  }

  /** An open connection to the coordinator of a group or transactional id. */
  async coordinatorConnection(
    type: CoordinatorType,
    key: string,
    signal?: AbortSignal,
    purpose: Purpose = 'coordinator',
  ): Promise<Connection> {
    return this.#connect(await this.#coordinators.find(type, key, signal), purpose, signal);
  }

  /** The node that coordinates the key, as last heard. */
  findCoordinator(type: CoordinatorType, key: string, signal?: AbortSignal): Promise<BrokerNode> {
    return this.#coordinators.find(type, key, signal);
  }

  /** An open connection to a broker of the cluster. */
  async connection(nodeId: number, purpose: Purpose = 'general', signal?: AbortSignal): Promise<Connection> {
    const { brokers } = await this.metadata(signal);
    const node = brokers.get(nodeId);
    if (node === undefined) {
      this.forget();
      throw new KafkaError('BROKER_NOT_AVAILABLE', `Broker ${nodeId} is not in the cluster's metadata`);
    }
    return this.#connect(node, purpose, signal);
  }

  /** An open connection to any broker: those that are connected, then other brokers, then the bootstrap list; the first that answers. */
  async anyConnection(signal?: AbortSignal): Promise<Connection> {
    let failure: unknown;
    for (const address of this.#candidates()) {
      try {
        const connection = await this.#connect(address, 'general', signal);
        this.#firstFailureMs = undefined;
        return connection;
      } catch (error) {
        signal?.throwIfAborted();
        if (!isRetriable(error)) throw error;
        failure ??= error;
      }
    }
    this.#checkBootstrapTimeout(failure);
    throw failure;
  }

  /** Repeats `attempt` while it fails with retriable errors, asking anew for what those errors show to be out of date. */
  retry<T>(what: string, scope: RetryScope, attempt: (remainingMs: number) => Promise<T>): Promise<T> {
    const { clock, random } = this.settings.platform;
    return withRetries(
      {
        clock,
        random,
        backoff: this.settings.retryBackoff,
        timeoutMs: scope.timeoutMs ?? this.settings.apiTimeoutMs,
        signal: scope.signal,
        what,
      },
      async (remainingMs) => {
        try {
          return await attempt(remainingMs);
        } catch (error) {
          this.noticeError(error);
          throw error;
        }
      },
    );
  }

  /** Drops what an error shows to be out of date. */
  noticeError(error: unknown): void {
    if (error instanceof ConnectionError || error instanceof TimeoutError) {
      this.forget();
      this.#coordinators.forgetAll();
    } else if (error instanceof KafkaError) {
      if (STALE_METADATA.has(error.code)) this.forget();
      if (STALE_COORDINATOR.has(error.code)) this.#coordinators.forgetAll();
    }
  }

  /** The next use of metadata asks the cluster. */
  forget(): void {
    this.#previousBrokers = this.#metadata ?? this.#previousBrokers;
    this.#metadata = undefined;
    this.topics.expire();
  }

  /** Closes all connections; what is in flight fails. Closing twice is harmless. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#telemetry.close();
    await this.#pool[Symbol.asyncDispose]();
  }

  #send<A extends Api>(
    connection: Connection,
    api: A,
    request: RequestFor<A>,
    options: SendOptions,
  ): Promise<ResponseOf<A>> {
    if (typeof request !== 'function') return connection.send(api, request, options);
    const version = chooseVersion(api, connection.versions, options.maxVersion);
    return connection.sendVersion(api, version, request(version), options);
  }

  async #askForBrokers(): Promise<ClusterMetadata> {
    const connection = await this.anyConnection();
    const response = await this.#send(
      connection,
      metadataApi,
      (version) => ({ topics: version === 0 ? null : [] }),
      {},
    );
    return this.learn(response);
  }

  #checkBootstrapTimeout(failure: unknown): void {
    const nowMs = this.settings.platform.clock.monotonic();
    this.#firstFailureMs ??= nowMs;
    if (this.#previousBrokers || this.#metadata || nowMs - this.#firstFailureMs < this.settings.bootstrapTimeoutMs)
      return;
    throw new BootstrapError(failure instanceof Error ? failure.message : String(failure), { cause: failure });
  }

  #candidates(): Address[] {
    const brokers = [...((this.#metadata ?? this.#previousBrokers)?.brokers.values() ?? [])];
    const connected = brokers.filter((broker) => this.#pool.isOpen(broker, 'general'));
    const others = brokers.filter((broker) => !this.#pool.isOpen(broker, 'general'));
    return [...connected, ...this.#shuffled(others), ...this.#shuffled(this.settings.bootstrapServers)];
  }

  #shuffled<T>(items: readonly T[]): T[] {
    if (items.length < 2) return [...items];
    const start = this.settings.platform.random.integer(items.length);
    return [...items.slice(start), ...items.slice(0, start)];
  }

  async #connect(address: Address, purpose: Purpose, signal?: AbortSignal): Promise<Connection> {
    const connection = await this.#pool.get(address, purpose, signal);
    if (this.settings.enableMetricsPush) this.#telemetry.start(connection);
    return connection;
  }
}
