// One machine with a broker on it, whose processes come and go while its disk stays.

import { authenticationConfigTable, Broker, brokerConfigTable, shareConfigTable } from '../broker/index.ts';
import { readConfig } from '../config/index.ts';
import { groupConfigTable, shareCoordinatorConfigTable, transactionConfigTable } from '../coordinator/index.ts';
import { metadataConfigTable } from '../metadata/index.ts';
import { type Clock, type Random, SeededRandom } from '../platform/index.ts';
import { configSchema } from '../server/index.ts';
import { storageConfigTable } from '../storage/index.ts';
import type { History } from './history.ts';
import { type PlantedBug, settingsWith } from './planted-bug.ts';
import { ProcessDisk } from './process-disk.ts';
import { ProcessGate } from './process-gate.ts';
import { SimulatedClock } from './simulated-clock.ts';
import type { SimulatedDisk } from './simulated-disk.ts';
import type { SimulatedNetwork } from './simulated-network.ts';
import type { Swarm } from './swarm.ts';
import { type Trace, traceLogger } from './trace.ts';

export const BROKER_ADDRESS = '127.0.0.1:9092';
/** The log of the metadata is in the first one. */
export const LOG_DIRECTORIES = ['/data-0', '/data-1', '/data-2'] as const;

export const STREAMS_SESSION_TIMEOUT_MS = 6000;

const SETTINGS = {
  listeners: `PLAINTEXT://${BROKER_ADDRESS}`,
  'offsets.topic.num.partitions': '2',
  'transaction.state.log.num.partitions': '2',
  'share.coordinator.state.topic.num.partitions': '2',
  'group.initial.rebalance.delay.ms': '50',
  'auto.create.topics.enable': 'false',
  'group.streams.session.timeout.ms': String(STREAMS_SESSION_TIMEOUT_MS),
  'group.streams.min.session.timeout.ms': String(STREAMS_SESSION_TIMEOUT_MS),
  'group.streams.heartbeat.interval.ms': '500',
  'group.streams.min.heartbeat.interval.ms': '500',
  'group.streams.initial.rebalance.delay.ms': '50',
};

/** ms until an operator notices that a disk has failed. */
const MOST_INATTENTION_MS = 5000;

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

export interface MachineOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: SimulatedDisk;
  readonly network: SimulatedNetwork;
  readonly swarm: Swarm;
  readonly trace: Trace;
  readonly history: History;
  readonly plantedBug?: PlantedBug | undefined;
}

/** A process of the broker, from its start to its end. */
export interface BrokerProcess {
  readonly gate: ProcessGate;
  readonly disk: ProcessDisk;
  readonly clock: SimulatedClock;
  /** Resolves when it serves clients, rejects when it cannot start; does neither when it dies before. */
  readonly started: Promise<Broker>;
  /** Resolves when it has died, has met an error that it cannot survive, or somebody has noticed that its disk fails. */
  readonly ended: Promise<'died' | 'failed'>;
  hasStarted: boolean;
}

export class SimulatedMachine {
  readonly #options: MachineOptions;
  readonly #settings: Readonly<Record<string, string>>;

  constructor(options: MachineOptions) {
    this.#options = options;
    const { brokerSettings, cleanerSettings, retentionMs, retentionSettings, logDirectories } = options.swarm;
    const directories = { 'log.dirs': LOG_DIRECTORIES.slice(0, logDirectories).join(',') };
    this.#settings = {
      ...SETTINGS,
      ...directories,
      ...brokerSettings,
      ...cleanerSettings,
      ...(retentionMs !== undefined && retentionSettings),
      ...settingsWith(options.plantedBug),
    };
  }

  boot(): BrokerProcess {
    const { clock, random, disk, network, swarm, trace, history, plantedBug } = this.#options;
    const gate = new ProcessGate();
    const ended = Promise.withResolvers<'died' | 'failed'>();
    const processClock = new SimulatedClock(clock, gate, {
      rate: swarm.clockRate,
      onTold: (nowMs) => history.tellBroker(nowMs),
    });
    const processDisk = new ProcessDisk({
      disk,
      gate,
      clock,
      random: new SeededRandom(random.integer(2 ** 32)),
      maxLatencyMs: swarm.maxDiskLatencyMs,
      maxSyncLatencyMs: swarm.maxSyncLatencyMs,
      plantedBug,
      onCall: (call, path) => trace.detail(`disk ${call} ${path}`),
      onDeath: () => ended.resolve('died'),
      // With its other directories the broker goes on meanwhile.
      onFault: () => void clock.schedule(random.integer(MOST_INATTENTION_MS), () => ended.resolve('failed')),
    });
    const started = Broker.start({
      platform: {
        clock: processClock,
        disk: processDisk,
        network: network.forProcess('broker', gate),
        random: new SeededRandom(random.integer(2 ** 32)),
      },
      logger: traceLogger(trace, 'broker'),
      config: readConfig(configTable, this.#settings),
      configSchema: configSchema(this.#settings),
      onFatalError: (error) => {
        trace.event(`broker cannot go on: ${error.message}`);
        ended.resolve('failed');
      },
    });
    // A start that dies rejects nowhere; one that fails is looked at by whoever waits for it.
    started.catch(() => {});
    return { gate, disk: processDisk, clock: processClock, started, ended: ended.promise, hasStarted: false };
  }

  /** As kill -9: the page cache stays, and the system ends the connections. */
  async kill(process: BrokerProcess): Promise<void> {
    const { trace, disk, network } = this.#options;
    trace.event('the process of the broker is dead');
    process.gate.kill();
    disk.releaseLocks();
    await network.endConnectionsOf(process.gate);
  }

  /** Connections stay open on the other side until `powerUp`. */
  cutPower(process: BrokerProcess): void {
    const { trace, disk, random } = this.#options;
    process.gate.kill();
    const { changes, bytes } = disk.cutPower(random);
    trace.event(`the power is off; ${changes} changes of names are lost, ${bytes} bytes were not synced`);
  }

  async powerUp(process: BrokerProcess): Promise<void> {
    await this.#options.network.endConnectionsOf(process.gate);
  }
}
