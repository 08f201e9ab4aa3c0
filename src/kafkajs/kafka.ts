// `new Kafka(...)`: what all clients of an application have in common.

import {
  type AssignorName,
  ClientError,
  type ClientOptions,
  type SaslOptions,
  type SecurityOptions,
} from '../client/index.ts';
import { AdminAdapter } from './admin.ts';
import { ConsumerAdapter } from './consumer.ts';
import { ProducerAdapter } from './producer.ts';

type Pem = string | Buffer;

/** Where the cluster is and how to talk to it. */
export interface KafkaConfig {
  readonly brokers: readonly string[];
  readonly clientId?: string | undefined;
  /** PEM, as Node takes it. A broker is always held against the authorities: there is no `rejectUnauthorized: false`. */
  readonly ssl?:
    | boolean
    | {
        readonly ca?: Pem | readonly Pem[];
        readonly key?: Pem;
        readonly cert?: Pem;
        readonly rejectUnauthorized?: true;
      }
    | undefined;
  readonly sasl?: Sasl | undefined;
  /** ms. */
  readonly connectionTimeout?: number | undefined;
  /** ms. */
  readonly requestTimeout?: number | undefined;
  readonly retry?: RetryConfig | undefined;
  /** Taken for the sake of programs that have it. What happens is told to `logger` only. */
  readonly logLevel?: number | undefined;
  /** Not of kafkajs: who hears what happens. Default: nobody. */
  readonly logger?: ClientOptions['logger'];
  /** Not of kafkajs: time, network and chance, for tests. */
  readonly platform?: ClientOptions['platform'];
}

/** How to log in. */
export type Sasl =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | { readonly mechanism: 'oauthbearer'; readonly oauthBearerProvider: () => Promise<{ readonly value: string }> };

export interface RetryConfig {
  /** Wait before the second attempt, ms. */
  readonly initialRetryTime?: number | undefined;
  /** Longest wait between attempts, ms. */
  readonly maxRetryTime?: number | undefined;
  /** Taken for the sake of programs that have it: attempts end with their time (a minute), and not with their number. */
  readonly retries?: number | undefined;
}

/** How a producer writes. */
export interface ProducerConfig {
  /** Taken for the sake of programs that have it: every producer with `acks: -1` is idempotent. */
  readonly idempotent?: boolean | undefined;
  readonly transactionalId?: string | undefined;
  /** ms. */
  readonly transactionTimeout?: number | undefined;
  readonly allowAutoTopicCreation?: boolean | undefined;
  readonly maxInFlightRequests?: number | undefined;
}

/** How a consumer reads. */
export interface ConsumerConfig {
  readonly groupId: string;
  /** ms. */
  readonly sessionTimeout?: number | undefined;
  /** ms. */
  readonly heartbeatInterval?: number | undefined;
  /** Wait for members when the group rebalances, and longest that a handler may take, ms. Default 300,000. */
  readonly rebalanceTimeout?: number | undefined;
  readonly minBytes?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly maxBytesPerPartition?: number | undefined;
  /** ms. */
  readonly maxWaitTimeInMs?: number | undefined;
  /** Shows records of open and aborted transactions. Default false. */
  readonly readUncommitted?: boolean | undefined;
  readonly allowAutoTopicCreation?: boolean | undefined;
  readonly rackId?: string | undefined;
  /** Not of kafkajs: how partitions are divided. Default range. Its own round robin has a name that only kafkajs knows. */
  readonly assignors?: readonly AssignorName[] | undefined;
}

/** The numbers of kafkajs. */
export const logLevel = { NOTHING: 0, ERROR: 1, WARN: 2, INFO: 4, DEBUG: 5 } as const;

/**
 * As the class of kafkajs, for its common calls.
 *
 * @example
 * import { Kafka } from 'millrace/kafkajs';
 * const kafka = new Kafka({ clientId: 'billing', brokers: ['127.0.0.1:9092'] });
 */
export class Kafka {
  readonly #options: ClientOptions;

  /** Throws `ClientError` for a config that cannot be meant. */
  constructor(config: KafkaConfig) {
    this.#options = clientOptions(config);
  }

  /** A producer. It connects when it first sends. */
  producer(config: ProducerConfig = {}): ProducerAdapter {
    const { transactionalId, transactionTimeout, allowAutoTopicCreation, maxInFlightRequests } = config;
    return new ProducerAdapter({
      ...this.#options,
      transactionalId,
      transactionTimeoutMs: transactionTimeout,
      allowAutoTopicCreation,
      maxInFlight: maxInFlightRequests,
    });
  }

  /** A consumer. It connects when it runs. */
  consumer(config: ConsumerConfig): ConsumerAdapter {
    return new ConsumerAdapter({
      ...this.#options,
      groupId: config.groupId,
      sessionTimeoutMs: config.sessionTimeout,
      heartbeatIntervalMs: config.heartbeatInterval,
      maxPollIntervalMs: config.rebalanceTimeout,
      fetchMinBytes: config.minBytes,
      fetchMaxBytes: config.maxBytes,
      maxPartitionFetchBytes: config.maxBytesPerPartition,
      fetchMaxWaitMs: config.maxWaitTimeInMs,
      readCommitted: !config.readUncommitted,
      allowAutoTopicCreation: config.allowAutoTopicCreation,
      rackId: config.rackId,
      assignors: config.assignors,
    });
  }

  /** A client for administrative calls. It connects when it is first used. */
  admin(): AdminAdapter {
    return new AdminAdapter(this.#options);
  }
}

function clientOptions(config: KafkaConfig): ClientOptions {
  const { brokers, clientId, connectionTimeout, requestTimeout, retry = {} } = config;
  if (brokers.length === 0) throw new ClientError('Cannot find the cluster: brokers is empty');
  return {
    bootstrapServers: brokers,
    clientId,
    security: securityOptions(config),
    logger: config.logger,
    platform: config.platform,
    connectTimeoutMs: connectionTimeout,
    requestTimeoutMs: requestTimeout,
    retryBackoffMs: retry.initialRetryTime,
    retryBackoffMaxMs: retry.maxRetryTime,
  };
}

function securityOptions({ ssl = false, sasl }: KafkaConfig): SecurityOptions {
  return { tls: typeof ssl === 'boolean' ? ssl : tlsOptions(ssl), sasl: sasl && saslOptions(sasl) };
}

function tlsOptions({ ca, key, cert, rejectUnauthorized = true }: Exclude<KafkaConfig['ssl'], boolean | undefined>) {
  if (!rejectUnauthorized)
    throw new ClientError('A broker that nobody vouches for is not let in: name its authority in ca');
  if ((key === undefined) !== (cert === undefined))
    throw new ClientError('A client certificate needs both key and cert');
  const authorities = ca === undefined ? undefined : [ca].flat();
  return {
    ...(authorities && { trusted: authorities.map(String) }),
    ...(key !== undefined && { identity: { key: String(key), certificateChain: String(cert) } }),
  };
}

function saslOptions(sasl: Sasl): SaslOptions {
  if (sasl.mechanism === 'oauthbearer') return { mechanism: 'OAUTHBEARER', token: () => sasl.oauthBearerProvider() };
  const { username, password } = sasl;
  if (sasl.mechanism === 'plain') return { mechanism: 'PLAIN', username, password };
  return { mechanism: sasl.mechanism === 'scram-sha-256' ? 'SCRAM-SHA-256' : 'SCRAM-SHA-512', username, password };
}
