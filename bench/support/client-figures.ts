// Compares clients: each task in a process of its own, taken in turns, all against one Apache Kafka.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../scripts/run-command.ts';
import { Admin } from '../../src/client/index.ts';
import type { ClientTask } from '../clients/bench-client.ts';
import { startApacheKafka } from './brokers.ts';
import { median } from './figures.ts';

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
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

/** Prints records per second and microseconds of CPU per record, and whether what is promised is kept: twice the best peer in pure JavaScript. */
export async function benchClients(action: 'produce' | 'consume', megabytes: number, runs: number): Promise<void> {
  const nativeDirectory = await installNativePeer();
  const ours = action === 'produce' ? [OURS, `${OURS}-single`] : [OURS];
  const clients = [...PURE_JS_PEERS, ...(nativeDirectory ? [NATIVE_PEER.name] : []), ...ours];
  await using kafka = await startApacheKafka(['group.initial.rebalance.delay.ms=0']);
  await using admin = new Admin({ bootstrapServers: kafka.bootstrap });
  console.log(
    `\n${action}, against Apache Kafka`.padEnd(24),
    clients.map((name) => name.padStart(22)).join(''),
    '  records/s, CPU',
  );
  for (const shape of SHAPES) {
    const records = Math.min(Math.floor((megabytes * 1e6) / shape.bytes), MOST_RECORDS);
    const results = new Map<string, Measured[]>(clients.map((name) => [name, []]));
    for (let run = 0; run < runs; run++) {
      const shared = { ...shape, records, bootstrap: kafka.bootstrap, group: '' };
      const source = { ...shared, topic: `${shape.bytes}-${shape.compression}-${run}` };
      if (action === 'consume') {
        await createTopic(admin, source.topic);
        await measure(OURS, 'produce', source, nativeDirectory);
      }
      for (const name of clients) {
        const task =
          action === 'consume'
            ? { ...source, group: `${source.topic}-${name}` }
            : { ...shared, topic: `${source.topic}-${name}` };
        if (action === 'produce') await createTopic(admin, task.topic);
        results.get(name)?.push(await measure(name, action, task, nativeDirectory));
      }
    }
    printRow(`${shape.bytes} B, ${shape.compression}`, records, clients, results);
  }
  if (nativeDirectory !== undefined) await rm(nativeDirectory, { recursive: true });
}

async function createTopic(admin: Admin, name: string): Promise<void> {
  const [created] = await admin.createTopics([{ name, numPartitions: 3, replicationFactor: 1 }]);
  if (created?.error) throw created.error;
}

async function measure(
  client: string,
  action: 'produce' | 'consume',
  task: ClientTask,
  nativeDirectory: string | undefined,
): Promise<Measured> {
  const environment = nativeDirectory === undefined ? {} : { NATIVE_DIRECTORY: nativeDirectory };
  const parameters = [RUN, client, action, JSON.stringify(task)];
  const result = await runCommand(process.execPath, parameters, { withinMs: LIMIT_MS, environment });
  const took = /^took (.*)$/m.exec(result.output)?.[1];
  if (took === undefined) throw new Error(`${client} did not ${action} ${task.topic}:\n${result.output.slice(-2000)}`);
  return JSON.parse(took) as Measured;
}

function printRow(
  shape: string,
  records: number,
  clients: readonly string[],
  results: ReadonlyMap<string, readonly Measured[]>,
): void {
  const figures = clients.map((name) => {
    const measured = results.get(name) ?? [];
    const perSecond = records / median(measured.map(({ seconds }) => seconds));
    const cpuMicros = (median(measured.map(({ cpuSeconds }) => cpuSeconds)) / records) * 1e6;
    return { name, perSecond, cpuMicros };
  });
  const cells = figures.map(({ perSecond, cpuMicros }) =>
    `${Math.round(perSecond).toLocaleString('en')}, ${cpuMicros.toFixed(2)} µs`.padStart(22),
  );
  const ours = figures.find(({ name }) => name === OURS);
  const peers = figures.filter(({ name }) => PURE_JS_PEERS.includes(name));
  const speed = (ours?.perSecond ?? 0) / Math.max(...peers.map(({ perSecond }) => perSecond));
  const cpu = (ours?.cpuMicros ?? 0) / Math.min(...peers.map(({ cpuMicros }) => cpuMicros));
  const promise = speed >= 2 && cpu <= 0.5 ? 'kept' : 'NOT KEPT';
  console.log(shape.padEnd(24), cells.join(''), `  ×${speed.toFixed(2)}, ×${cpu.toFixed(2)}: ${promise}`);
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
