// One broker: its parts, how they are tied together, and the order in which they start and stop. An object without globals, so that a
// process can have several.

import { join } from 'node:path';
import { ConfigError, LiveConfig, readConfig } from '../config/index.ts';
import {
  GROUP_TOPIC,
  type GroupConfig,
  GroupCoordinator,
  SHARE_TOPIC,
  type ShareCoordinatorConfig,
  type TransactionConfig,
} from '../coordinator/index.ts';
import {
  type ConfigSchema,
  type ConfigTexts,
  DiskMetadataLog,
  effectiveBrokerTexts,
  type MetadataConfig,
  MetadataController,
  type MetadataImage,
} from '../metadata/index.ts';
import type { GetOverHttps, Platform } from '../platform/index.ts';
import { CONFIG_RESOURCE, compressionTypeOf, KafkaError, randomUuid, ZERO_UUID } from '../protocol/index.ts';
import { LocalEngine, logDirectoriesOf, type StorageConfig } from '../storage/index.ts';
import { type Logger, type LogLevelSetting, type Metrics, noMetrics } from '../telemetry/index.ts';
import { AuditLog } from './audit/audit-log.ts';
import { type Authorizer, StandardAuthorizer } from './authorizer/authorizer.ts';
import { authorizerConfigTable, STANDARD_AUTHORIZER } from './authorizer/authorizer-config.ts';
import { type BrokerConfig, DEFAULT_NODE_ID } from './broker-config.ts';
import { ClientTelemetry } from './client-telemetry/client-telemetry.ts';
import { subscriptionSettings } from './client-telemetry/subscription-settings.ts';
import { partitionCoordinatorLog } from './coordinator-log.ts';
import { FetchSessions } from './fetch/fetch-session.ts';
import { groupTopics } from './group-topics.ts';
import { advertisedApis, HANDLERS } from './handlers/index.ts';
import { internalTopics } from './internal-topics.ts';
import { declareBrokerGauges } from './metrics/broker-gauges.ts';
import { RequestMetrics } from './metrics/request-metrics.ts';
import { TrafficMetrics } from './metrics/traffic-metrics.ts';
import { admissionLimits } from './network/admission-limits.ts';
import { ClientListeners } from './network/client-listeners.ts';
import type { ConnectionBudgets } from './network/connection.ts';
import { clientEndpoints, type ListenerEndpoint, SECURITY_PROTOCOLS } from './network/endpoints.ts';
import { requestBudgets, requestLimits } from './network/request-limits.ts';
import { ProducerIds } from './producer-ids.ts';
import { ClientQuotas } from './quotas/client-quotas.ts';
import type { RateWindowOptions } from './quotas/rate-window.ts';
import { RequestDispatcher } from './request-dispatcher.ts';
import { RuntimeLoggers } from './runtime-loggers.ts';
import type { AuthenticationConfig } from './security/authentication-config.ts';
import { ListenersSecurity } from './security/listeners-security.ts';
import { withoutOAuthChanges } from './security/oauth-bearer.ts';
import { scramLogins } from './security/scram-logins.ts';
import type { BrokerServices } from './services.ts';
import type { ShareConfig } from './share/share-config.ts';
import { type ShareServices, shareServices } from './share-services.ts';
import { StreamsTopicCreation } from './streams-topic-creation.ts';
import { TopicCreation } from './topic-creation.ts';
import { TopicPublisher } from './topic-publisher.ts';
import { type TransactionServices, transactionServices } from './transaction-services.ts';

export interface BrokerOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  /** For the keys of OAUTHBEARER; without it they are read from files only. */
  readonly getOverHttps?: GetOverHttps;
  /** Of the logger. Without it clients see INFO, and change nothing. */
  readonly logLevel?: LogLevelSetting;
  /** Default: nothing is counted. */
  readonly metrics?: Metrics;
  readonly config: BrokerConfig &
    AuthenticationConfig &
    MetadataConfig &
    StorageConfig &
    GroupConfig &
    TransactionConfig &
    ShareConfig &
    ShareCoordinatorConfig;
  /** Tables of all settings, and the texts that the broker was started with. */
  readonly configSchema: ConfigSchema;
  /** Called when the broker cannot go on: its last log directory or its metadata log has failed. */
  readonly onFatalError: (error: Error) => void;
}

/** How long clients may take to read their last answers when the broker stops. */
const STOP_GRACE_MS = 1000;
/** Kafka: `min.incremental.fetch.session.eviction.ms`. */
const FETCH_SESSION_EVICTION_MS = 120_000;
const METADATA_DIRECTORY = '__cluster_metadata-0';
const DECOY_SECRET_BYTES = 32;

export class Broker {
  readonly #options: BrokerOptions;
  /** All parts hold its values, and read those that change when they need them. */
  readonly #liveConfig: LiveConfig<BrokerOptions['config']>;
  readonly #storage: LocalEngine;
  readonly #metrics: Metrics;
  readonly #nodeId: number;
  #metadata: MetadataController | undefined;
  #groups: GroupCoordinator | undefined;
  #transactions: TransactionServices | undefined;
  #share: ShareServices | undefined;
  #publisher: TopicPublisher | undefined;
  #listeners: ClientListeners | undefined;
  #stopped: Promise<void> | undefined;

  private constructor(options: BrokerOptions) {
    const { platform, logger } = options;
    this.#liveConfig = new LiveConfig(options.config, options.configSchema.broker);
    const config = this.#liveConfig.values;
    this.#options = { ...options, config };
    this.#metrics = options.metrics ?? noMetrics;
    this.#nodeId = config['node.id'] ?? DEFAULT_NODE_ID;
    this.#storage = new LocalEngine({
      ...platform,
      logger,
      config,
      nodeId: this.#nodeId,
      assignDirectory: async ({ topicId, index }, directoryId) =>
        this.#metadata?.assignDirectories([{ topicId, index, directoryId }]),
      onLogDirectoryFailure: (_path, error, onlineDirectories) => {
        if (onlineDirectories === 0) options.onFatalError(error);
      },
    });
  }

  /** Resolves when the broker answers requests. When something cannot be started, everything that was is stopped again. */
  static async start(options: BrokerOptions): Promise<Broker> {
    const broker = new Broker(options);
    try {
      await broker.#start();
      return broker;
    } catch (error) {
      await broker.stop();
      throw error;
    }
  }

  /** The listeners for clients, with the ports that were really bound. */
  get endpoints(): readonly ListenerEndpoint[] {
    return this.#listeners?.endpoints ?? [];
  }

  get clusterId(): string {
    return this.#storage.clusterId;
  }

  get nodeId(): number {
    return this.#nodeId;
  }

  /** Answers what is under way, then writes everything to the disk. Stopping twice is harmless. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #start(): Promise<void> {
    const { platform, logger, config, configSchema } = this.#options;
    const { clock, random } = platform;
    // What is wrong with the listeners is told before anything is touched.
    const endpoints = clientEndpoints(config);
    const budgets = requestBudgets(config);
    admissionLimits(configSchema.staticTexts);
    await this.#storage.start();
    const metadata = await this.#startMetadata();
    this.#useBrokerTexts(metadata.image);
    this.#onBrokerConfigChange(metadata, () => this.#useBrokerTexts(metadata.image));
    const security = await this.#loadSecurity(endpoints, metadata);
    const topicCreation = new TopicCreation({
      metadata,
      clock,
      internalTopics: internalTopics(config),
      whenOpened: () => publisher.whenDone(),
    });
    const { store: shareState, ...share } = shareServices({
      ...{ storage: this.#storage, metadata, clock, logger, config },
      createStateTopic: () => topicCreation.createOnFirstUse(SHARE_TOPIC),
    });
    this.#share = share;
    const groups = new GroupCoordinator({
      clock,
      random,
      logger,
      config,
      log: partitionCoordinatorLog({
        storage: this.#storage,
        topic: GROUP_TOPIC,
        clock,
        // The setting allows only ids that there are.
        compression: compressionTypeOf(config['offsets.topic.compression.codec']) ?? 'none',
        loadBufferBytes: config['offsets.load.buffer.size'],
      }),
      shareState,
      topics: () => groupTopics(metadata.image),
      endOffset: (topic, partition) => this.#endOffset(topic, partition),
      groupConfig: (groupId) => metadata.image.configs.of({ type: CONFIG_RESOURCE.group, name: groupId }),
      partitionCount: () =>
        metadata.image.topics.byName.get(GROUP_TOPIC)?.partitions.length ?? config['offsets.topic.num.partitions'],
    });
    this.#groups = groups;
    // Ids are given out when the broker is registered, which is before anybody can ask for one.
    let producerIds: ProducerIds | undefined;
    const nextProducerId = () => producerIds?.next() ?? Promise.reject(new KafkaError('COORDINATOR_LOAD_IN_PROGRESS'));
    const transactions = transactionServices({
      ...{ storage: this.#storage, metadata, groups, clock, logger, config },
      nextProducerId,
    });
    this.#transactions = transactions;
    const publisher = new TopicPublisher({
      nodeId: this.#nodeId,
      storage: this.#storage,
      assignDirectories: (assignments) => metadata.assignDirectories(assignments),
      groups,
      transactions: transactions.transactions,
      shares: share.shareCoordinator,
      configSchema,
      logger,
    });
    this.#publisher = publisher;
    let { brokerEpoch } = await this.#register(endpoints, this.#storage.wasCleanlyStopped);
    this.#onBrokerConfigChange(metadata, () => this.#cordonDirectories(metadata));
    producerIds = new ProducerIds(() => metadata.allocateProducerIds(this.#nodeId, brokerEpoch));
    metadata.subscribe((delta, image) => {
      publisher.publish(delta, image);
      // A file may be another one although its setting is the same.
      if (
        delta.changedConfigs.some(({ type, name }) => type === CONFIG_RESOURCE.broker && name === String(this.#nodeId))
      ) {
        void security.changeStores(this.#brokerTexts(image));
      }
    });
    await publisher.start(metadata.image);

    const rates = { windows: config['quota.window.num'], windowMs: config['quota.window.size.seconds'] * 1000 };
    const services: Omit<BrokerServices, 'listeners'> = {
      nodeId: this.#nodeId,
      clusterId: this.clusterId,
      quorumDirectoryId: this.#quorumDirectoryId,
      config,
      configSchema,
      clock,
      logger,
      storage: this.#storage,
      metadata,
      groups,
      security,
      fetchSessions: new FetchSessions(
        { slots: config['max.incremental.fetch.session.cache.slots'], evictionMs: FETCH_SESSION_EVICTION_MS },
        random,
      ),
      streamsTopicCreation: new StreamsTopicCreation({ metadata, clock, logger }),
      topicCreation,
      producerIds,
      ...transactions,
      ...share,
      quotas: new ClientQuotas({
        clock,
        quotas: () => metadata.image.clientQuotas,
        ...rates,
        mutationWindows: {
          windows: config['controller.quota.window.num'],
          windowMs: config['controller.quota.window.size.seconds'] * 1000,
        },
      }),
      requestBudget: budgets.known,
      requestMetrics: new RequestMetrics(this.#metrics),
      traffic: new TrafficMetrics(this.#metrics),
      loggers: new RuntimeLoggers(this.#options.logLevel ?? { current: 'info' }),
      audit: new AuditLog(logger),
      authorizer: this.#createAuthorizer(metadata),
      telemetry: new ClientTelemetry({
        clock,
        random,
        maxBytes: config['telemetry.max.bytes'],
        isRead: this.#metrics.isRead,
        subscriptions: subscriptionSettings(() => metadata.image),
      }),
      servedApis: () => advertisedApis(this.#metrics.isRead),
    };
    await this.#listen(endpoints, { budgets, rates }, services);
    // Which port stands for port 0 is known only now. Whatever had to be elected was, the first time.
    const hasBoundPorts = endpoints.some(({ advertised }) => advertised.port === 0);
    if (hasBoundPorts) ({ brokerEpoch } = await this.#register(this.endpoints, true));
    await metadata.unfenceBroker(this.#nodeId);
  }

  async #startMetadata(): Promise<MetadataController> {
    const { platform, logger, config, configSchema, onFatalError } = this.#options;
    const [firstDirectory = ''] = logDirectoriesOf(config);
    const log = await DiskMetadataLog.open({
      ...platform,
      logger,
      directory: join(firstDirectory, METADATA_DIRECTORY),
      voter: { nodeId: this.#nodeId, directoryId: this.#quorumDirectoryId },
      onFailure: onFatalError,
    });
    this.#metadata = await MetadataController.start({
      log,
      ...platform,
      logger,
      nodeId: this.#nodeId,
      schema: configSchema,
      config,
    });
    return this.#metadata;
  }

  async #endOffset(topic: string, partition: number): Promise<bigint | undefined> {
    const loading = this.#storage.partition(topic, partition)?.load();
    return (await loading?.catch(() => undefined))?.highWatermark;
  }

  get #quorumDirectoryId(): string {
    return this.#storage.directoryIds[0] ?? ZERO_UUID;
  }

  /** Undefined unless Kafka's own authorizer is asked for. Another class would be code of the JVM, and nothing may be left open for want of it. */
  #createAuthorizer(metadata: MetadataController): Authorizer | undefined {
    const { config, configSchema } = this.#options;
    const className = config['authorizer.class.name'];
    if (className === '') return undefined;
    if (className !== STANDARD_AUTHORIZER) {
      throw new ConfigError(
        `Invalid value ${className} for configuration authorizer.class.name: String must be one of: ${STANDARD_AUTHORIZER}`,
      );
    }
    const authorizerConfig = readConfig(authorizerConfigTable, configSchema.staticTexts);
    return new StandardAuthorizer(() => metadata.image.acls, authorizerConfig);
  }

  async #register(
    endpoints: readonly ListenerEndpoint[],
    wasCleanlyStopped: boolean,
  ): Promise<{ brokerEpoch: bigint }> {
    if (this.#metadata === undefined) throw new Error('the metadata is not loaded');
    const { platform, config } = this.#options;
    return this.#metadata.registerBroker(
      {
        brokerId: this.#nodeId,
        incarnationId: randomUuid(platform.random),
        rack: config['broker.rack'],
        endPoints: endpoints.map(({ name, advertised, securityProtocol }) => ({
          ...advertised,
          name,
          securityProtocol: SECURITY_PROTOCOLS.indexOf(securityProtocol),
        })),
        logDirs: this.#storage.directoryIds,
        cordonedLogDirs: this.#storage.cordonedDirectoryIds,
      },
      wasCleanlyStopped,
    );
  }

  #loadSecurity(endpoints: readonly ListenerEndpoint[], metadata: MetadataController): Promise<ListenersSecurity> {
    const { platform, logger, config, configSchema, getOverHttps = noHttps } = this.#options;
    const options = {
      ...platform,
      logger,
      getOverHttps,
      endpoints,
      decoySecret: platform.random.bytes(DECOY_SECRET_BYTES),
      findScramLogin: scramLogins({
        ...platform,
        image: () => metadata.image,
        tokenSecretKey: config['delegation.token.secret.key'],
      }),
    };
    const texts = this.#brokerTexts(metadata.image);
    return ListenersSecurity.load(options, withoutOAuthChanges(texts, configSchema.staticTexts));
  }

  #brokerTexts({ configs }: MetadataImage): ConfigTexts {
    return effectiveBrokerTexts(this.#options.configSchema, configs, this.#nodeId);
  }

  async #listen(
    endpoints: readonly ListenerEndpoint[],
    means: { budgets: ConnectionBudgets; rates: RateWindowOptions },
    parts: Omit<BrokerServices, 'listeners'>,
  ): Promise<void> {
    const { platform, logger, config, configSchema } = this.#options;
    const { metadata, quotas } = parts;
    const texts = () => effectiveBrokerTexts(configSchema, metadata.image.configs, this.#nodeId);
    const dispatcher: RequestDispatcher = new RequestDispatcher({
      services: () => services,
      handlers: HANDLERS,
    });
    const listeners = new ClientListeners({
      endpoints,
      network: platform.network,
      clock: platform.clock,
      logger,
      handler: dispatcher,
      limits: requestLimits(config),
      budgets: means.budgets,
      admission: {
        limits: admissionLimits(texts()),
        rates: means.rates,
        hostRate: (host) => quotas.connectionRate(host),
        maxWaiting: config['socket.listen.backlog.size'],
        protectedListener: config['inter.broker.listener.name'] ?? 'PLAINTEXT',
      },
      security: parts.security,
      authenticationTimeoutMs: config['connection.authentication.timeout.ms'],
      maxIdleMs: config['connections.max.idle.ms'],
    });
    const services: BrokerServices = { ...parts, listeners };
    this.#onBrokerConfigChange(metadata, () => listeners.limitConnections(admissionLimits(texts())));
    this.#listeners = listeners;
    declareBrokerGauges(this.#metrics, services);
    this.#metrics.foreign(() => services.telemetry.samples());
    await listeners.open();
  }

  /** Settings that changed since the start count from now on. */
  #useBrokerTexts(image: MetadataImage): void {
    for (const error of this.#liveConfig.change(this.#brokerTexts(image))) {
      this.#options.logger.error({ reason: error.message }, 'cannot use a setting of the broker');
    }
    this.#storage.reconfigure();
  }

  #cordonDirectories(metadata: MetadataController): void {
    metadata.cordonDirectories(this.#storage.cordonedDirectoryIds).catch((error: unknown) => {
      this.#options.logger.error({ err: error }, 'cannot keep which log directories get no new partitions');
    });
  }

  /** What cannot be used is said in the log, and what was in force stays so. */
  #onBrokerConfigChange(metadata: MetadataController, apply: () => void): void {
    metadata.subscribe(({ changedConfigs }) => {
      if (!changedConfigs.some(({ type }) => type === CONFIG_RESOURCE.broker)) return;
      try {
        apply();
      } catch (error) {
        this.#options.logger.error({ err: error }, 'cannot use the settings of the broker');
      }
    });
  }

  /** The reverse of starting. */
  async #stop(): Promise<void> {
    await this.#listeners?.close();
    await this.#publisher?.whenDone();
    await this.#transactions?.transactions.stop();
    this.#share?.sharePartitions.close();
    await this.#groups?.stop();
    await this.#share?.shareCoordinator.stop();
    // Only now, because members of groups wait for answers that the coordinator gives when it stops.
    await this.#listeners?.drain(STOP_GRACE_MS);
    await this.#metadata?.stop();
    await this.#storage.stop();
  }
}

const noHttps: GetOverHttps = () => Promise.reject(new Error('this broker was started without HTTPS'));
