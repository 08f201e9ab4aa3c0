// Compares clients as applications get them, this project's from its bundle: each task in a process of its own, taken in turns, all against one Apache
// Kafka. Where a promise is not kept the figures tell why: how busy client and broker keep the machine together, and what of the CPU is the codec alone.

import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, runCommand } from '../../scripts/run-command.ts';
import { Admin } from '../../src/client/index.ts';
import { compress, decompress } from '../../src/protocol/index.ts';
import { type ClientTask, values } from '../clients/bench-client.ts';
import { type BenchBroker, cpuSeconds, startApacheKafka } from './brokers.ts';
import { median } from './figures.ts';

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly brokerCpuSeconds: number;
}

interface Figures {
  readonly name: string;
  readonly perSecond: number;
  readonly cpuMicros: number;
  /** What client and broker used of all processors, 0 to 1. */
  readonly busy: number;
}

const RUN = join(import.meta.dirname, 'run-client.ts');
const LIMIT_MS = 300_000;
const OURS = 'millrace';
const PURE_JS_PEERS = ['kafkajs', 'platformatic'];
/** With librdkafka inside. It is no dependency: it is installed for the benchmark where it installs, and left out where it does not. */
const NATIVE_PEER = { name: 'confluent', package: '@confluentinc/kafka-javascript@1.10.1' };
const SHAPES = [100, 1024].flatMap((bytes) =>
  (['none', 'lz4', 'zstd'] as const).map((compression) => ({ bytes, compression })),
);
const MOST_RECORDS = 1_000_000;
const BATCH_BYTES = 256 * 1024;
/** From here on nobody can send faster: what is left goes to the kernel. */
const MACHINE_IS_FULL = 0.85;

/** Parameters: megabytes a run, runs, and what the name of a shape holds. Prints records per second and microseconds of CPU per record, and whether what is promised is kept: twice the best peer in pure JavaScript. */
export async function benchClients(action: 'produce' | 'consume', [megabytes, runs, shapes]: string[]): Promise<void> {
  await buildOurs();
  const nativeDirectory = await installNativePeer();
  const ours = action === 'produce' ? [OURS, `${OURS}-single`] : [OURS];
  const clients = [...PURE_JS_PEERS, ...(nativeDirectory ? [NATIVE_PEER.name] : []), ...ours];
  await using kafka = await startApacheKafka(['group.initial.rebalance.delay.ms=0']);
  await using admin = new Admin({ bootstrapServers: kafka.bootstrap });
  console.log(
    `\n${action}, against Apache Kafka`.padEnd(24),
    clients.map((name) => name.padStart(22)).join(''),
    '  records/s, CPU a record',
  );
  for (const shape of SHAPES.filter((each) => nameOf(each).includes(shapes ?? ''))) {
    const records = Math.min(Math.floor((Number(megabytes ?? 300) * 1e6) / shape.bytes), MOST_RECORDS);
    const results = new Map<string, Measured[]>(clients.map((name) => [name, []]));
    for (let run = 0; run < Number(runs ?? 3); run++) {
      const shared = { ...shape, records, bootstrap: kafka.bootstrap, group: '' };
      const source = { ...shared, topic: `${shape.bytes}-${shape.compression}-${run}` };
      if (action === 'consume') {
        await createTopic(admin, source.topic);
        await measure(kafka, OURS, 'produce', source, nativeDirectory);
      }
      for (const name of clients) {
        const task =
          action === 'consume'
            ? { ...source, group: `${source.topic}-${name}` }
            : { ...shared, topic: `${source.topic}-${name}` };
        if (action === 'produce') await createTopic(admin, task.topic);
        results.get(name)?.push(await measure(kafka, name, action, task, nativeDirectory));
      }
    }
    printRow(action, shape, records, clients, results);
  }
  if (nativeDirectory !== undefined) await rm(nativeDirectory, { recursive: true });
}

async function createTopic(admin: Admin, name: string): Promise<void> {
  const [created] = await admin.createTopics([{ name, numPartitions: 3, replicationFactor: 1 }]);
  if (created?.error) throw created.error;
}

async function measure(
  broker: BenchBroker,
  client: string,
  action: 'produce' | 'consume',
  task: ClientTask,
  nativeDirectory: string | undefined,
): Promise<Measured> {
  const environment = nativeDirectory === undefined ? {} : { NATIVE_DIRECTORY: nativeDirectory };
  const parameters = [RUN, client, action, JSON.stringify(task)];
  const brokerBefore = cpuSeconds(broker.pid);
  const result = await runCommand(process.execPath, parameters, { withinMs: LIMIT_MS, environment });
  const took = /^took (.*)$/m.exec(result.output)?.[1];
  if (took === undefined) throw new Error(`${client} did not ${action} ${task.topic}:\n${result.output.slice(-2000)}`);
  return { ...JSON.parse(took), brokerCpuSeconds: cpuSeconds(broker.pid) - brokerBefore } as Measured;
}

function printRow(
  action: 'produce' | 'consume',
  shape: (typeof SHAPES)[number],
  records: number,
  clients: readonly string[],
  results: ReadonlyMap<string, readonly Measured[]>,
): void {
  const figures = clients.map((name) => figuresOf(name, records, results.get(name) ?? []));
  const cells = figures.map(({ perSecond, cpuMicros }) =>
    `${Math.round(perSecond).toLocaleString('en')}, ${cpuMicros.toFixed(2)} µs`.padStart(22),
  );
  const ours = figures.find(({ name }) => name === OURS) as Figures;
  const peers = figures.filter(({ name }) => PURE_JS_PEERS.includes(name));
  const peersPerSecond = Math.max(...peers.map(({ perSecond }) => perSecond));
  const peersCpuMicros = Math.min(...peers.map(({ cpuMicros }) => cpuMicros));
  const codecMicros = codecCpuMicros(action, shape);
  const speed = ours.perSecond / peersPerSecond;
  const cpu = ours.cpuMicros / peersCpuMicros;
  const reasons = [
    ...(speed < 2 && ours.busy >= MACHINE_IS_FULL
      ? [`client and broker keep ${percent(ours.busy)} of the machine busy`]
      : []),
    ...(cpu > 0.5 && codecMicros > 0
      ? [`our codec alone takes ${codecMicros.toFixed(2)} µs, ×${(codecMicros / peersCpuMicros).toFixed(2)}`]
      : []),
  ];
  const promise = speed >= 2 && cpu <= 0.5 ? 'kept' : ['NOT KEPT', ...reasons].join('; ');
  console.log(nameOf(shape).padEnd(24), cells.join(''), `  ×${speed.toFixed(2)}, ×${cpu.toFixed(2)}: ${promise}`);
}

function nameOf({ bytes, compression }: (typeof SHAPES)[number]): string {
  return `${bytes} B, ${compression}`;
}

function figuresOf(name: string, records: number, measured: readonly Measured[]): Figures {
  const seconds = median(measured.map((run) => run.seconds));
  const clientSeconds = median(measured.map((run) => run.cpuSeconds));
  const brokerSeconds = median(measured.map((run) => run.brokerCpuSeconds));
  return {
    name,
    perSecond: records / seconds,
    cpuMicros: (clientSeconds / records) * 1e6,
    busy: Math.min((clientSeconds + brokerSeconds) / seconds / availableParallelism(), 1),
  };
}

/** CPU of the codec alone, microseconds a record, in batches as large as those of the benchmark. */
function codecCpuMicros(action: 'produce' | 'consume', { bytes, compression }: (typeof SHAPES)[number]): number {
  if (compression === 'none') return 0;
  const records = Math.floor(BATCH_BYTES / bytes);
  const all = values(bytes);
  // More than a processor's caches hold, as of a client that does not see the same bytes again and again.
  const batches = Array.from({ length: 64 }, (_, start) =>
    Buffer.concat(Array.from({ length: records }, (_, index) => all[(start * records + index) % all.length] as Buffer)),
  );
  const compressed = batches.map((batch) => compress(compression, batch));
  const rounds = 256;
  const run = () => {
    const before = process.cpuUsage();
    for (let round = 0; round < rounds; round++) {
      const index = round % batches.length;
      if (action === 'produce') compress(compression, batches[index] as Buffer);
      else decompress(compression, compressed[index] as Buffer, BATCH_BYTES);
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / rounds / records;
  };
  // The first warms up.
  run();
  return run();
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

async function buildOurs(): Promise<void> {
  const { code, output } = await runCommand(process.execPath, [join(ROOT, 'scripts', 'build.ts')], {
    withinMs: LIMIT_MS,
  });
  if (code !== 0) throw new Error(`Cannot build the client: ${output}`);
}

async function installNativePeer(): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  const parameters = ['install', '--prefix', directory, '--no-audit', '--no-fund', NATIVE_PEER.package];
  const { code, output } = await runCommand('npm', parameters, { withinMs: LIMIT_MS });
  if (code === 0) return directory;
  await rm(directory, { recursive: true, force: true });
  const reason = output.split('\n').find((line) => /\b(fail|error)\b/i.test(line));
  console.log(`${NATIVE_PEER.package} does not install here and is left out: ${reason ?? `npm ended with ${code}`}`);
  return undefined;
}
