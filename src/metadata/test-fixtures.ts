// What the tests of this module share: a small schema of settings, and a controller over a disk in memory. Not part of the module's door.

import { boolean, int, list, long, password, readConfig, string } from '../config/index.ts';
import { type Disk, type DiskFile, ManualClock, MemoryDisk, SeededRandom } from '../platform/index.ts';
import { silentLogger } from '../telemetry/index.ts';
import type { ConfigSchema } from './configs/config-schema.ts';
import { MetadataController, type MetadataControllerOptions } from './controller/metadata-controller.ts';
import type { BrokerDescription } from './controller/register-broker.ts';
import { DiskMetadataLog } from './log/disk-metadata-log.ts';
import { metadataConfigTable } from './metadata-config.ts';

const doc = 'A setting.';
const HOUR_MS = 3_600_000;

export const testSchema: ConfigSchema = {
  topic: {
    'cleanup.policy': list({ default: 'delete', doc, oneOf: ['compact', 'delete'], synonyms: ['log.cleanup.policy'] }),
    'min.insync.replicas': int({ default: '1', doc, min: 1, synonyms: ['min.insync.replicas'] }),
    'retention.ms': long({
      default: '604800000',
      doc,
      min: -1,
      synonyms: [
        'log.retention.ms',
        { name: 'log.retention.hours', convert: (text) => String(Number(text) * HOUR_MS) },
      ],
    }),
    'follower.replication.throttled.replicas': list({ default: '', doc }),
  },
  broker: {
    'background.threads': int({ default: '10', doc, updateMode: 'cluster-wide' }),
    'listener.security.protocol.map': string({ default: '', doc, updateMode: 'per-broker' }),
    'log.cleanup.policy': list({ default: 'delete', doc, updateMode: 'cluster-wide' }),
    'log.retention.hours': int({ default: '168', doc }),
    'log.retention.ms': long({ default: null, doc, updateMode: 'cluster-wide' }),
    'min.insync.replicas': int({ default: '1', doc, updateMode: 'cluster-wide' }),
    'node.id': int({ default: '-1', doc }),
    'ssl.key.password': password({ default: null, doc, updateMode: 'per-broker' }),
  },
  group: {
    'consumer.session.timeout.ms': int({ default: '45000', doc, synonyms: ['group.consumer.session.timeout.ms'] }),
    'share.auto.offset.reset': string({ default: 'latest', doc }),
    'share.isolated': boolean({ default: 'false', doc }),
  },
  clientMetrics: { 'interval.ms': int({ default: '300000', doc, min: 100 }), metrics: list({ default: '', doc }) },
  staticTexts: { 'node.id': '1' },
};

export const testBroker: BrokerDescription = {
  brokerId: 1,
  incarnationId: 'AAAAAAAAAAAAAAAAAAAAAQ',
  rack: null,
  endPoints: [{ name: 'PLAINTEXT', host: 'localhost', port: 9092, securityProtocol: 0 }],
  logDirs: ['FFFFFFFFFFFFFFFFFFFFFg'],
  cordonedLogDirs: [],
};

export const TEST_DIRECTORY = '/data/__cluster_metadata-0';

export interface TestClusterOptions {
  readonly disk?: Disk;
  readonly clock?: ManualClock;
  readonly random?: SeededRandom;
  readonly schema?: ConfigSchema;
  readonly settings?: Readonly<Record<string, string>>;
  /** Of the broker, when it registers. Default true. */
  readonly wasCleanlyStopped?: boolean;
}

/** A controller and its disk. Stop the controller, and start another one on the same disk, to load what is there. */
export interface TestCluster {
  readonly controller: MetadataController;
  readonly disk: Disk;
  readonly clock: ManualClock;
}

/** A controller without brokers. */
export async function startController(options: TestClusterOptions = {}): Promise<TestCluster> {
  const { clock = new ManualClock() } = options;
  const { disk = new MemoryDisk(clock), random = new SeededRandom(1), schema = testSchema, settings = {} } = options;
  const voter = { nodeId: 1, directoryId: 'FFFFFFFFFFFFFFFFFFFFFg' };
  const log = await DiskMetadataLog.open({ disk, clock, logger: silentLogger, directory: TEST_DIRECTORY, voter });
  const config = readConfig(metadataConfigTable, settings);
  const controllerOptions: MetadataControllerOptions = {
    log,
    clock,
    random,
    logger: silentLogger,
    nodeId: 1,
    schema,
    config,
  };
  return { controller: await MetadataController.start(controllerOptions), disk, clock };
}

/** A controller with one broker that serves. */
export async function startCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const cluster = await startController(options);
  await cluster.controller.registerBroker(testBroker, options.wasCleanlyStopped ?? true);
  await cluster.controller.unfenceBroker(testBroker.brokerId);
  return cluster;
}

export interface NewTopicOptions {
  readonly numPartitions?: number;
  readonly replicationFactor?: number;
  readonly assignments?: { partitionIndex: number; brokerIds: number[] }[];
  readonly configs?: Readonly<Record<string, string | null>>;
}

/** A topic of a CreateTopics request. */
export function newTopic(name: string, options: NewTopicOptions = {}) {
  const { numPartitions = -1, replicationFactor = -1, assignments = [], configs = {} } = options;
  return {
    name,
    numPartitions,
    replicationFactor,
    assignments,
    configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
  };
}

/** A disk on which one kind of call fails while `failing` says so. A write that fails has written a part, as on a full disk. */
export function failingDisk(disk: Disk, call: 'write' | 'sync', failing: () => Error | undefined): Disk {
  return withFaults(disk, (name) => (name === call ? failing() : undefined));
}

/** A disk whose process dies at the first change for which `isDead` says so: nothing changes from then on. */
export function crashingDisk(disk: Disk, isDead: () => boolean): Disk {
  let hasCrashed = false;
  return withFaults(disk, () => {
    hasCrashed ||= isDead();
    return hasCrashed ? new Error('crashed') : undefined;
  });
}

/** The disk, but every call first asks `fault` whether it fails. */
function withFaults(disk: Disk, fault: (call: string) => Error | undefined): Disk {
  const check = (call: string) => {
    const error = fault(call);
    if (error !== undefined) throw error;
  };
  const wrapFile = (file: DiskFile): DiskFile => ({
    path: file.path,
    read: (target, position) => file.read(target, position),
    write: async (chunks, position) => {
      const error = fault('write');
      if (error === undefined) return file.write(chunks, position);
      await file.write([(chunks[0] ?? Buffer.alloc(0)).subarray(0, 10)], position);
      throw error;
    },
    sync: async () => {
      check('sync');
      await file.sync();
    },
    truncate: async (size) => {
      check('truncate');
      await file.truncate(size);
    },
    size: () => file.size(),
    close: () => file.close(),
  });
  return {
    open: async (path, options) => {
      if (options?.create) check('create');
      return wrapFile(await disk.open(path, options));
    },
    list: (path) => disk.list(path),
    status: (path) => disk.status(path),
    makeDirectory: async (path) => {
      check('makeDirectory');
      await disk.makeDirectory(path);
    },
    rename: async (from, to) => {
      check('rename');
      await disk.rename(from, to);
    },
    remove: async (path) => {
      check('remove');
      await disk.remove(path);
    },
    readFile: (path) => disk.readFile(path),
    syncDirectory: async (path) => {
      check('syncDirectory');
      await disk.syncDirectory(path);
    },
    lock: (directory, name) => disk.lock(directory, name),
    space: (path) => disk.space(path),
  };
}
