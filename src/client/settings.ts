// The settings that every part of the client shares, with Kafka's defaults.

import { type Address, createNodePlatform, holdingNodeClock, type Platform } from '../platform/index.ts';
import { type Logger, silentLogger } from '../telemetry/index.ts';
import { parseAddresses } from './addresses.ts';
import type { BackoffSettings } from './backoff.ts';

export interface ClientOptions {
  /** `host:port`, or several. Kafka's `bootstrap.servers`. */
  readonly bootstrapServers: string | readonly string[];
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
  /** Largest response, bytes. Default 100 MiB. */
  readonly maxResponseBytes?: number | undefined;
}

export interface ClientSettings {
  readonly bootstrapServers: readonly Address[];
  readonly platform: Pick<Platform, 'clock' | 'network' | 'random'>;
  readonly logger: Logger;
  readonly clientId: string;
  readonly requestTimeoutMs: number;
  readonly apiTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly bootstrapTimeoutMs: number;
  readonly metadataMaxAgeMs: number;
  readonly retryBackoff: BackoffSettings;
  readonly reconnectBackoff: BackoffSettings;
  readonly maxResponseBytes: number;
  readonly maxRequestsInFlight: number;
}

export function readSettings(options: ClientOptions): ClientSettings {
  const { bootstrapServers } = options;
  const initialMs = options.retryBackoffMs ?? 100;
  return {
    bootstrapServers: parseAddresses(
      typeof bootstrapServers === 'string' ? bootstrapServers : bootstrapServers.join(','),
    ),
    platform: options.platform ?? { ...createNodePlatform(), clock: holdingNodeClock },
    logger: options.logger ?? silentLogger,
    clientId: options.clientId ?? 'millrace',
    requestTimeoutMs: options.requestTimeoutMs ?? 30_000,
    apiTimeoutMs: options.apiTimeoutMs ?? 60_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    bootstrapTimeoutMs: options.bootstrapTimeoutMs ?? Number.POSITIVE_INFINITY,
    metadataMaxAgeMs: options.metadataMaxAgeMs ?? 300_000,
    retryBackoff: { initialMs, maxMs: Math.max(options.retryBackoffMaxMs ?? 1000, initialMs) },
    reconnectBackoff: { initialMs: 50, maxMs: 1000 },
    maxResponseBytes: options.maxResponseBytes ?? 100 * 1024 * 1024,
    maxRequestsInFlight: 1000,
  };
}
