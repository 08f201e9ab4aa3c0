// What compaction costs: its speed, the memory of the process, and the throughput of a writer beside it. Argument: MiB of keyed data (256; the
// claim is about 10240).

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../src/config/index.ts';
import { logConfigTable } from '../src/log/index.ts';
import { nodeClock, nodeDisk, nodeRandom } from '../src/platform/index.ts';
import { encodeBatch } from '../src/protocol/index.ts';
import { LocalEngine, type Partition, storageConfigTable } from '../src/storage/index.ts';
import { silentLogger } from '../src/telemetry/index.ts';

const MIB = 1024 * 1024;
const DATA_MIB = Number(process.argv[2] ?? 256);
const KEYS = 100_000;
const MEASURED_MS = 5000;
const MAP_BYTES = 32 * MIB;

const directory = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
try {
  const settings = { 'log.dirs': directory, 'log.cleaner.dedupe.buffer.size': String(MAP_BYTES) };
  const idle = await start({ ...settings, 'log.cleaner.enable': 'false' });
  const size = await fill(await open(idle, 'keyed', { 'cleanup.policy': 'compact' }));
  const alone = await throughput(await open(idle, 'other', {}), () => performance.now());
  await idle.stop();
  const engine = await start({ ...settings, 'log.cleaner.backoff.ms': '0' });
  const keyed = await open(engine, 'keyed', { 'cleanup.policy': 'compact' });
  const startMs = performance.now();
  const beside = await throughput(await open(engine, 'other', {}), () => performance.now());
  const before = process.memoryUsage().rss;
  let peak = before;
  while (keyed.sizeInBytes > size / 2 && performance.now() - startMs < 3_600_000) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    peak = Math.max(peak, process.memoryUsage().rss);
  }
  const seconds = (performance.now() - startMs) / 1000;
  console.log(
    `compacted ${(size / MIB).toFixed(0)} MiB to ${(keyed.sizeInBytes / MIB).toFixed(0)} MiB in ${seconds.toFixed(1)} s`,
  );
  console.log(`resident memory: ${(before / MIB).toFixed(0)} MiB, at most ${(peak / MIB).toFixed(0)} MiB`);
  console.log(
    `writer: ${alone.toFixed(0)} batches/s alone, ${beside.toFixed(0)} beside compaction (${((beside / alone) * 100).toFixed(0)} %)`,
  );
  await engine.stop();
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function start(settings: Record<string, string>): Promise<LocalEngine> {
  const config = readConfig(storageConfigTable, settings);
  const engine = new LocalEngine({
    disk: nodeDisk,
    clock: nodeClock,
    random: nodeRandom,
    logger: silentLogger,
    config,
    nodeId: 1,
  });
  await engine.start();
  return engine;
}

function open(engine: LocalEngine, topic: string, settings: Record<string, string>): Promise<Partition> {
  const config = readConfig(logConfigTable, { 'segment.bytes': String(16 * MIB), ...settings });
  const topicId = Buffer.alloc(16, topic).toString('base64url');
  return engine.openPartition({ topic, index: 0, topicId, leaderEpoch: 0, config, isNew: true });
}

/** Resolves to the bytes that the log has. */
async function fill(partition: Partition): Promise<number> {
  let key = 0;
  while (partition.sizeInBytes < DATA_MIB * MIB) await append(partition, () => key++ % KEYS);
  return partition.sizeInBytes;
}

/** Batches per second of a writer that waits for each. */
async function throughput(partition: Partition, now: () => number): Promise<number> {
  const endMs = now() + MEASURED_MS;
  let count = 0;
  for (; now() < endMs; count++) await append(partition, () => count);
  return (count * 1000) / MEASURED_MS;
}

async function append(partition: Partition, nextKey: () => number): Promise<void> {
  const records = Array.from({ length: 100 }, () => ({
    timestamp: BigInt(Date.now()),
    key: Buffer.from(`key ${nextKey()}`),
    value: Buffer.alloc(500, 1),
  }));
  await partition.append(encodeBatch({ records }), { durability: 'written', origin: 'client' });
}
