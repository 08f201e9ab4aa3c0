// One process: reads its properties, warns about what it does not know, starts a broker, and says in one line what kept it from starting.

import packageJson from '../../package.json' with { type: 'json' };
import { authorizerConfigTable, Broker, DEFAULT_NODE_ID, formatAddress } from '../broker/index.ts';
import type { ConfigTable } from '../config/index.ts';
import { getOverHttps, type Platform } from '../platform/index.ts';
import { logDirectoriesOf } from '../storage/index.ts';
import type { Logger, LogLevelSetting } from '../telemetry/index.ts';
import { configRegistry, configSchema } from './config-registry.ts';
import { startObservability } from './observability/observability.ts';
import { readServerConfig, withNodeId } from './read-server-config.ts';
import { StartError } from './start-error.ts';
import { trimHeap } from './trim-heap.ts';

export interface ServerOptions {
  /** Kafka's names and texts, from `server.properties` and overrides. */
  readonly properties: Readonly<Record<string, string>>;
  readonly logger: Logger;
  /** Of the logger, where clients may change it. */
  readonly logLevel?: LogLevelSetting;
  readonly platform: Platform;
  /** Called when the server cannot go on, after it has been stopped. */
  readonly onFatalError?: (error: Error) => void;
}

export interface RunningServer {
  /** `host:port` of each listener, as clients are told. */
  readonly endpoints: readonly string[];
  readonly logDirs: readonly string[];
  readonly clusterId: string;
  /** The port of `metrics.listener` that was really bound; undefined without it. */
  readonly metricsPort: number | undefined;
  /** Stopping twice is harmless. */
  stop(): Promise<void>;
}

const HEAP_TRIM_DELAY_MS = 1000;

/** Resolves when requests are answered. Rejects with `StartError`. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { properties, logger, platform } = options;
  const texts = withNodeId(properties);
  const config = readServerConfig(texts);
  reportUnused(properties, logger);
  const running = Promise.withResolvers<Broker>();
  // Nobody may ask for it.
  running.promise.catch(() => {});
  let fatalError: Error | undefined;
  const onFatalError = (error: Error) => {
    if (fatalError !== undefined) return;
    fatalError = error;
    logger.error({ err: error }, 'the broker cannot go on and stops');
    // One that has not started yet fails to start, which is told by its rejection.
    running.promise
      .then((broker) => broker.stop())
      .then(() => options.onFatalError?.(error))
      .catch(() => {});
  };
  let isReady = false;
  const observability = await startObservability({
    config,
    nodeId: String(config['node.id'] ?? DEFAULT_NODE_ID),
    version: packageJson.version,
    clock: platform.clock,
    logger,
    isReady: () => isReady,
  }).catch((error: unknown) => {
    throw asStartError(error, [config['metrics.listener'] ?? '']);
  });
  try {
    const broker = await Broker.start({
      platform,
      getOverHttps,
      logger,
      metrics: observability.metrics,
      ...(options.logLevel !== undefined && { logLevel: options.logLevel }),
      config,
      configSchema: configSchema(texts),
      onFatalError,
    });
    if (fatalError !== undefined) {
      await broker.stop();
      throw fatalError;
    }
    running.resolve(broker);
    isReady = true;
    // Once the first clients are served, and off their way.
    const heapTrim = platform.clock.schedule(HEAP_TRIM_DELAY_MS, trimHeap);
    return {
      endpoints: broker.endpoints.map(({ advertised }) => formatAddress(advertised.host, advertised.port)),
      logDirs: logDirectoriesOf(config),
      clusterId: broker.clusterId,
      metricsPort: observability.port,
      stop: async () => {
        heapTrim.cancel();
        isReady = false;
        await broker.stop();
        await observability.close();
      },
    };
  } catch (error) {
    await observability.close();
    throw asStartError(error, config.listeners);
  }
}

/** Settings that Kafka does not count among the broker's. */
const otherConfigs: ConfigTable = authorizerConfigTable;

function reportUnused(texts: Readonly<Record<string, string>>, logger: Logger): void {
  for (const name of Object.keys(texts)) {
    const definition = configRegistry[name] ?? otherConfigs[name];
    if (definition === undefined) logger.warn({ name }, 'unknown setting, ignored');
    else if (definition.meaningless) logger.info({ name }, 'this setting of Apache Kafka has no meaning here');
  }
}

function asStartError(error: unknown, listeners: readonly string[]): unknown {
  if (!(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') {
    return new StartError(`Cannot listen on ${listeners.join(', ')}: the address is in use`, { cause: error });
  }
  if (code === 'EACCES' && (error as NodeJS.ErrnoException).syscall === 'listen') {
    return new StartError(`Cannot listen on ${listeners.join(', ')}: permission denied`, { cause: error });
  }
  return new StartError(error.message, { cause: error });
}
