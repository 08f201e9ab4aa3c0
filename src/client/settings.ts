// The settings that every part of the client shares, with Kafka's defaults.

import {
  type Address,
  createNodePlatform,
  holdingNodeClock,
  type Platform,
  type TlsClientSettings,
} from '../platform/index.ts';
import { type Logger, silentLogger } from '../telemetry/index.ts';
import { parseAddresses } from './addresses.ts';
import type { BackoffSettings } from './backoff.ts';
import { type SaslLogin, saslLogin } from './security/sasl-login.ts';
import type { SecurityOptions } from './security/security-options.ts';

/** Where the cluster is and how to talk to it, with the defaults of Kafka's clients: the same for all kinds of clients. */
export interface ClientOptions {
  /** `host:port`, or several. Kafka's `bootstrap.servers`. */
  readonly bootstrapServers: string | readonly string[];
  /** How brokers and client make sure of each other. Default: not at all (`PLAINTEXT`). */
  readonly security?: SecurityOptions | undefined;
  /** Time, network and chance. Default: the machine's; the process lives while the client waits for something. */
  readonly platform?: Pick<Platform, 'clock' | 'network' | 'random'> | undefined;
  readonly logger?: Logger | undefined;
  /** Shown in the broker's logs, and the key of quotas. Default `millrace`. */
  readonly clientId?: string | undefined;
  /** Wait for one answer, ms. Default 30,000. */
  readonly requestTimeoutMs?: number | undefined;
  /** Wait for a call with all its retries, ms. Default 60,000. */
  readonly apiTimeoutMs?: number | undefined;
  /** Wait for a TCP connection, ms. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Give up when no bootstrap server was reached for so long, ms. Default: as long as the call may take. */
  readonly bootstrapTimeoutMs?: number | undefined;
  /** Age at which metadata is asked for again, ms. Default 300,000. */
  readonly metadataMaxAgeMs?: number | undefined;
  /** Wait between attempts, ms. Default 100, growing to 1,000. */
  readonly retryBackoffMs?: number | undefined;
  readonly retryBackoffMaxMs?: number | undefined;
  /** Push metrics of this client to the cluster, where its operator has asked for them (KIP-714). Default true. */
  readonly enableMetricsPush?: boolean | undefined;
  /** Largest response, bytes. Default 100 MiB. */
  readonly maxResponseBytes?: number | undefined;
}

export interface ClientSettings {
  readonly bootstrapServers: readonly Address[];
  readonly platform: Pick<Platform, 'clock' | 'network' | 'random'>;
  readonly logger: Logger;
  readonly tls: TlsClientSettings | undefined;
  readonly sasl: SaslLogin | undefined;
  readonly clientId: string;
  readonly requestTimeoutMs: number;
  readonly apiTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly bootstrapTimeoutMs: number;
  readonly metadataMaxAgeMs: number;
  readonly retryBackoff: BackoffSettings;
  readonly reconnectBackoff: BackoffSettings;
  readonly enableMetricsPush: boolean;
  readonly maxResponseBytes: number;
  readonly maxRequestsInFlight: number;
}

export function readSettings(options: ClientOptions): ClientSettings {
  const { bootstrapServers, security = {} } = options;
  const platform = options.platform ?? { ...createNodePlatform(), clock: holdingNodeClock };
  const requestTimeoutMs = options.requestTimeoutMs ?? 30_000;
  const initialMs = options.retryBackoffMs ?? 100;
  return {
    bootstrapServers: parseAddresses(
      typeof bootstrapServers === 'string' ? bootstrapServers : bootstrapServers.join(','),
    ),
    platform,
    logger: options.logger ?? silentLogger,
    tls: tlsSettings(security.tls),
    sasl: security.sasl && saslLogin(security.sasl, { ...platform, tokenTimeoutMs: requestTimeoutMs }),
    clientId: options.clientId ?? 'millrace',
    requestTimeoutMs,
    apiTimeoutMs: options.apiTimeoutMs ?? 60_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    bootstrapTimeoutMs: options.bootstrapTimeoutMs ?? Number.POSITIVE_INFINITY,
    metadataMaxAgeMs: options.metadataMaxAgeMs ?? 300_000,
    retryBackoff: { initialMs, maxMs: Math.max(options.retryBackoffMaxMs ?? 1000, initialMs) },
    reconnectBackoff: { initialMs: 50, maxMs: 1000 },
    enableMetricsPush: options.enableMetricsPush ?? true,
    maxResponseBytes: options.maxResponseBytes ?? 100 * 1024 * 1024,
    maxRequestsInFlight: 1000,
  };
}

function tlsSettings(tls: SecurityOptions['tls']): TlsClientSettings | undefined {
  if (tls === undefined || tls === false) return undefined;
  return { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', checksHost: true, ...(tls !== true && tls) };
}
