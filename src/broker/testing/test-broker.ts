// A whole broker inside a test: on a disk, a network and a clock in memory, with its log kept, so that it starts in milliseconds.

import { type ConfigTable, mergeConfigTables, readConfig } from '../../config/index.ts';
import { groupConfigTable, shareCoordinatorConfigTable, transactionConfigTable } from '../../coordinator/index.ts';
import { logConfigTable } from '../../log/index.ts';
import {
  clientMetricsConfigTable,
  groupResourceConfigTable,
  metadataConfigTable,
  otherBrokerConfigTable,
} from '../../metadata/index.ts';
import {
  type Disk,
  type GetOverHttps,
  ManualClock,
  MemoryDisk,
  MemoryNetwork,
  type Network,
  SeededRandom,
} from '../../platform/index.ts';
import { sslServerConfigTable } from '../../security/index.ts';
import { storageConfigTable, validateStorageConfig } from '../../storage/index.ts';
import { MemoryLogger, type Metrics } from '../../telemetry/index.ts';
import { Broker } from '../broker.ts';
import { brokerConfigTable } from '../broker-config.ts';
import { admissionLimits } from '../network/admission-limits.ts';
import { authenticationConfigTable } from '../security/authentication-config.ts';
import { shareConfigTable } from '../share/share-config.ts';
import { TestClient } from './test-client.ts';

const TEST_ADDRESS = { host: '127.0.0.1', port: 9092 };
const SETTINGS = {
  listeners: 'PLAINTEXT://127.0.0.1:9092',
  'log.dirs': '/data',
  'offsets.topic.num.partitions': '2',
  'share.coordinator.state.topic.num.partitions': '2',
  'group.initial.rebalance.delay.ms': '0',
};
const SEED = 1;
/** Turns of the event loop within which everything that needs no time is done. */
const MAX_TURNS = 1000;

const configTable = {
  ...brokerConfigTable,
  ...authenticationConfigTable,
  ...metadataConfigTable,
  ...storageConfigTable,
  ...groupConfigTable,
  ...transactionConfigTable,
  ...shareCoordinatorConfigTable,
  ...shareConfigTable,
};
const everySetting: ConfigTable = mergeConfigTables(configTable, sslServerConfigTable, otherBrokerConfigTable);

export interface TestBrokerOptions {
  /** By Kafka's names, over a few that keep the broker small. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly clock?: ManualClock;
  readonly disk?: Disk;
  /** Default: one in memory, which knows no TLS. */
  readonly network?: Network;
  readonly metrics?: Metrics;
  readonly getOverHttps?: GetOverHttps;
}

export class TestBroker implements AsyncDisposable {
  readonly broker: Broker;
  readonly clock: ManualClock;
  readonly disk: Disk;
  readonly network: Network;
  readonly log: MemoryLogger;
  readonly fatalErrors: Error[];
  readonly #clients: TestClient[] = [];

  private constructor(parts: Pick<TestBroker, 'broker' | 'clock' | 'disk' | 'network' | 'log' | 'fatalErrors'>) {
    this.broker = parts.broker;
    this.clock = parts.clock;
    this.disk = parts.disk;
    this.network = parts.network;
    this.log = parts.log;
    this.fatalErrors = parts.fatalErrors;
  }

  static async start(options: TestBrokerOptions = {}): Promise<TestBroker> {
    const clock = options.clock ?? new ManualClock();
    const disk = options.disk ?? new MemoryDisk(clock);
    const network = options.network ?? new MemoryNetwork();
    const log = new MemoryLogger();
    const fatalErrors: Error[] = [];
    const texts = { ...SETTINGS, ...options.settings };
    const broker = await Broker.start({
      platform: { clock, disk, network, random: new SeededRandom(SEED) },
      logger: log,
      ...(options.getOverHttps && { getOverHttps: options.getOverHttps }),
      ...(options.metrics && { metrics: options.metrics }),
      config: readConfig(configTable, texts),
      configSchema: {
        topic: logConfigTable,
        broker: everySetting,
        group: groupResourceConfigTable,
        clientMetrics: clientMetricsConfigTable,
        staticTexts: texts,
        validateBroker: (changed) => {
          admissionLimits(changed);
          validateStorageConfig(changed);
        },
      },
      onFatalError: (error) => fatalErrors.push(error),
    });
    return new TestBroker({ broker, clock, disk, network, log, fatalErrors });
  }

  async connect(port = TEST_ADDRESS.port): Promise<TestClient> {
    const client = new TestClient(await this.network.connect({ ...TEST_ADDRESS, port }));
    this.#clients.push(client);
    return client;
  }

  /** Runs the timers that are due, without moving time, until the answer is there. */
  async settle<T>(answer: Promise<T>): Promise<T> {
    let isThere = false;
    const done = () => {
      isThere = true;
    };
    answer.then(done, done);
    for (let turns = 0; !isThere; turns++) {
      if (turns > MAX_TURNS) throw new Error('an answer waits for time to pass');
      await this.clock.advanceAndSettle(0);
    }
    return answer;
  }

  /** Closes the clients that are still there, and stops the broker. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.broker.stop();
  }
}
