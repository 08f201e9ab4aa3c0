// What compaction costs: its speed, the memory of the broker, and the throughput of a producer beside it. Arguments: MiB of keyed data (512; the claim is
// about 10240), runs (3), `alone` to leave out Apache Kafka.

import { Admin, Producer } from '../src/client/index.ts';
import { createNodePlatform } from '../src/platform/index.ts';
import { type BenchBroker, residentBytes, startApacheKafka, startMillrace } from './support/brokers.ts';
import { type Comparison, median, report } from './support/figures.ts';

const MIB = 1024 * 1024;
const DATA_MIB = Number(process.argv[2] ?? 512);
const RUNS = Number(process.argv[3] ?? 3);
const isAlone = process.argv.includes('alone');
const SEGMENT_MIB = 16;
const VALUE = Buffer.alloc(500, 'x');
const RECORDS = (DATA_MIB * MIB) / VALUE.length;
/** Of ten records one stays; 10 GiB have more keys than fit into the memory for them at once. */
const KEYS = Math.ceil(RECORDS / 10);
/** What has to stay: the newest record of each key with its framing, and segments that are not full or not to be touched. */
const COMPACTED_BYTES = KEYS * (VALUE.length + 60) + 3 * SEGMENT_MIB * MIB;
const MEASURED_MS = 5000;
const LEAST_SHARE_BESIDE = 0.8;
const SAMPLES_SHOWN = 12;
const SETTINGS = [`log.cleaner.dedupe.buffer.size=${32 * MIB}`, 'log.cleaner.backoff.ms=100'];
/** No log is that dirty, so that compaction begins when this is taken back. */
const NEVER_DIRTY = '1.0';

interface Figures {
  readonly compactedMibPerSecond: number;
  readonly memoryBefore: number;
  readonly memoryAtMost: number;
  readonly recordsPerSecond: number;
  readonly recordsPerSecondBeside: number;
}

const millrace: Figures[] = [];
const kafka: Figures[] = [];
for (let run = 0; run < RUNS; run++) {
  millrace.push(await measure(await startMillrace(SETTINGS)));
  if (!isAlone) kafka.push(await measure(await startApacheKafka(SETTINGS)));
}
const figures: readonly [keyof Figures, string][] = [
  ['compactedMibPerSecond', 'MiB/s'],
  ['memoryBefore', 'MiB'],
  ['memoryAtMost', 'MiB'],
  ['recordsPerSecond', 'records/s'],
  ['recordsPerSecondBeside', 'records/s'],
];
const comparisons = figures.map(([figure, unit]): Comparison => {
  const valuesOf = (runs: readonly Figures[]) => runs.map((each) => each[figure]);
  return { figure, unit, millrace: valuesOf(millrace), kafka: valuesOf(kafka) };
});
report(comparisons);
const share = median(millrace.map(shareBeside));
const isKept = share >= LEAST_SHARE_BESIDE;
console.log(
  `a producer beside compaction keeps ${share.toFixed(2)} of its throughput, beside Apache Kafka's ${median(kafka.map(shareBeside)).toFixed(2)}; promised are ${LEAST_SHARE_BESIDE}: ${isKept ? 'kept' : 'NOT KEPT'}`,
);
process.exitCode = isKept ? 0 : 1;

function shareBeside({ recordsPerSecond, recordsPerSecondBeside }: Figures): number {
  return recordsPerSecondBeside / recordsPerSecond;
}

async function measure(started: BenchBroker): Promise<Figures> {
  await using broker = started;
  const options = { bootstrapServers: broker.bootstrap, platform: createNodePlatform() };
  await using admin = new Admin(options);
  await using producer = new Producer({ ...options, acks: 1 });
  const configs = { 'cleanup.policy': 'compact', 'segment.bytes': String(SEGMENT_MIB * MIB) };
  const created = await admin.createTopics([
    { name: 'keyed', numPartitions: 1, configs: { ...configs, 'min.cleanable.dirty.ratio': NEVER_DIRTY } },
    { name: 'other', numPartitions: 1, configs: { 'retention.bytes': String(64 * MIB) } },
  ]);
  for (const { name, error } of created) if (error) throw new Error(`${name}: ${error}`);
  const sizeOf = async () => {
    const directories = await admin.describeLogDirs([1]);
    const all = directories.flatMap(({ partitions }) => partitions);
    return Number(all.find(({ topic }) => topic === 'keyed')?.sizeInBytes ?? Number.NaN);
  };
  await write(producer, 'keyed', (count) => count < RECORDS);
  const sizeBefore = await sizeOf();
  const recordsPerSecond = await throughput(producer, () => true);
  const memory = [residentBytes(broker.pid) / MIB];
  await setDirtyRatio(admin, '0.0');
  const begin = performance.now();
  let hasEnded = false;
  const watching = (async () => {
    while (!hasEnded) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      memory.push(residentBytes(broker.pid) / MIB);
      hasEnded = (await sizeOf()) <= COMPACTED_BYTES;
    }
    return (performance.now() - begin) / 1000;
  })();
  const recordsPerSecondBeside = await throughput(producer, () => !hasEnded);
  const seconds = await watching;
  const shown = memory.filter((_, index) => index % Math.ceil(memory.length / SAMPLES_SHOWN) === 0);
  console.log(
    `${broker.name}: ${(sizeBefore / MIB).toFixed(0)} MiB became ${((await sizeOf()) / MIB).toFixed(0)} in ${seconds.toFixed(1)} s; resident MiB meanwhile: ${shown.map((each) => each.toFixed(0)).join(' ')}`,
  );
  return {
    compactedMibPerSecond: sizeBefore / MIB / seconds,
    memoryBefore: memory[0] ?? Number.NaN,
    memoryAtMost: Math.max(...memory),
    recordsPerSecond,
    recordsPerSecondBeside,
  };
}

async function setDirtyRatio(admin: Admin, value: string): Promise<void> {
  const change = { name: 'min.cleanable.dirty.ratio', operation: 'set', value } as const;
  const [altered] = await admin.alterConfigs([{ resource: { type: 'topic', name: 'keyed' }, changes: [change] }]);
  if (altered?.error) throw altered.error;
}

async function throughput(producer: Producer, mayGoOn: () => boolean): Promise<number> {
  const begin = performance.now();
  const count = await write(producer, 'other', () => mayGoOn() && performance.now() - begin < MEASURED_MS);
  return (count * 1000) / (performance.now() - begin);
}

/** As fast as the broker takes them. Resolves to how many, when all are answered. */
async function write(producer: Producer, topic: string, mayGoOn: (count: number) => boolean): Promise<number> {
  const failures: unknown[] = [];
  let count = 0;
  for (; failures.length === 0 && mayGoOn(count); count++) {
    producer.send({ topic, key: Buffer.from(`key ${count % KEYS}`), value: VALUE }).catch((error: unknown) => {
      failures.push(error);
    });
    if (producer.isFull) await producer.ready();
  }
  await producer.flush();
  if (failures.length > 0) throw failures[0];
  return count;
}
