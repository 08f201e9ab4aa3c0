import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readConfig } from '../../config/index.ts';
import { ManualClock, MemoryDisk, SeededRandom } from '../../platform/index.ts';
import { iterateBatches, readRecords } from '../../protocol/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import type { AppendResult, Durability, Partition } from '../engine.ts';
import { batchOf, openLoaded, partitionSpec, read, topicConfig } from '../engine-suite.ts';
import { storageConfigTable } from '../storage-config.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { LocalEngine } from './local-engine.ts';

const SEEDS = 20;
const CUTS_PER_SEED = 6;
const PARTITIONS = 3;

interface SentBatch {
  readonly value: string;
  readonly count: number;
  readonly baseSequence: number;
  readonly durability: Durability;
  result?: AppendResult;
}

/** One partition with its idempotent producer, which waits for no answer and begins anew where the log ends after a crash. */
class Workload {
  readonly index: number;
  sent: SentBatch[] = [];
  nextSequence = 0;

  constructor(index: number) {
    this.index = index;
  }

  send(partition: Partition, random: SeededRandom, now: number): Promise<void> {
    const count = 1 + random.integer(4);
    const durability = (['synced', 'synced', 'written', 'none'] as const)[random.integer(4)] ?? 'synced';
    const value = `${this.index}/${this.nextSequence}/${'x'.repeat(random.integer(400))}`;
    const batch: SentBatch = { value, count, baseSequence: this.nextSequence, durability };
    this.sent.push(batch);
    this.nextSequence += count;
    return this.#append(partition, batch, now).then(
      (result) => {
        batch.result = result;
      },
      // The crash came first.
      () => {},
    );
  }

  /** What was acknowledged as synced is there, and what is there are the first batches, whole, in order and once. */
  async check(partition: Partition, now: number): Promise<void> {
    const values: string[] = [];
    let offset = 0n;
    while (offset < partition.highWatermark) {
      const { records } = await read(partition, offset, { maxBytes: 2000 });
      for (const chunk of records) {
        for (const header of iterateBatches(chunk)) {
          assert.equal(header.baseOffset, offset);
          offset = header.lastOffset + 1n;
          for (const record of readRecords(chunk, header)) values.push(String(record.value));
        }
      }
    }
    assert.equal(offset, partition.logEndOffset);
    let left = values.length;
    const kept: SentBatch[] = [];
    for (const batch of this.sent) {
      const { result, durability, count } = batch;
      if (left < count) {
        assert.equal(left, 0, 'a batch is there in part');
        const isPromised = result !== undefined && durability === 'synced';
        assert.equal(isPromised, false, `lost ${batch.value.slice(0, 20)} at ${result?.baseOffset}`);
        continue;
      }
      const start = values.length - left;
      if (result !== undefined) assert.equal(result.baseOffset, BigInt(start));
      for (let index = 0; index < count; index++) assert.equal(values[start + index], `${batch.value} ${index}`);
      left -= count;
      kept.push(batch);
    }
    assert.equal(left, 0);
    await this.#sendLastAgain(partition, kept, now);
    this.sent = kept;
    const last = kept.at(-1);
    this.nextSequence = last === undefined ? 0 : last.baseSequence + last.count;
  }

  async #sendLastAgain(partition: Partition, kept: readonly SentBatch[], now: number): Promise<void> {
    const last = kept.at(-1);
    if (last === undefined) return;
    const { logEndOffset } = partition;
    const again = await this.#append(partition, { ...last, durability: 'synced' }, now);
    assert.equal(again.lastOffset, logEndOffset - 1n);
    assert.equal(partition.logEndOffset, logEndOffset);
  }

  #append(partition: Partition, batch: SentBatch, now: number): Promise<AppendResult> {
    const { value, count, baseSequence, durability } = batch;
    const producer = { producerId: BigInt(this.index), producerEpoch: 0, baseSequence, maxTimestamp: BigInt(now) };
    return partition.append(batchOf(count, producer, value), { durability, origin: 'client' });
  }
}

interface RunOptions {
  /** False plants the bug of acknowledging before the sync. */
  readonly syncs: boolean;
}

async function run(seed: number, { syncs }: RunOptions): Promise<void> {
  const random = new SeededRandom(seed);
  const clock = new ManualClock();
  const disk = new FaultyDisk(new MemoryDisk(clock));
  const config = readConfig(storageConfigTable, {
    'log.dirs': '/a',
    'log.flush.on.acks.all': String(syncs),
    'log.tail.cache.bytes': random.integer(2) === 0 ? '0' : '20000',
    'log.journal.min.partitions': ['1', '3'][random.integer(2)] as string,
    'log.journal.max.bytes': ['0', '32768', '65536', '1000000'][random.integer(4)] as string,
  });
  const topic = topicConfig({ 'index.interval.bytes': '500' });
  const workloads = Array.from({ length: PARTITIONS }, (_, index) => new Workload(index));
  for (let cut = 0; cut <= CUTS_PER_SEED; cut++) {
    const engine = new LocalEngine({ disk, clock, random, logger: silentLogger, config, nodeId: 1 });
    await engine.start();
    const partitions: Partition[] = [];
    for (const { index } of workloads)
      partitions.push(await openLoaded(engine, partitionSpec({ index, config: topic })));
    for (const { index } of workloads) await workloads[index]?.check(partitions[index] as Partition, clock.now());
    const sends: Promise<void>[] = [];
    for (let step = random.integer(120); step > 0; step--) {
      const index = random.integer(PARTITIONS);
      const workload = workloads[index] as Workload;
      if (random.integer(20) === 0) disk.hold();
      if (random.integer(20) === 0) disk.release();
      sends.push(workload.send(partitions[index] as Partition, random, clock.now()));
      if (random.integer(3) === 0) await new Promise((resolve) => setImmediate(resolve));
      // What only the journal has is written a second later.
      if (random.integer(20) === 0) clock.advance(1000);
    }
    if (cut === CUTS_PER_SEED) {
      disk.release();
      await Promise.all(sends);
      await engine.stop();
      return;
    }
    const crash = cutAndCrash(engine, disk, random);
    await Promise.all([crash, ...sends]);
  }
}

/** What is being written or synced when the power goes may not have reached the disk. */
async function cutAndCrash(engine: LocalEngine, disk: FaultyDisk, random: SeededRandom): Promise<void> {
  disk.freeze();
  disk.release();
  await engine.crash();
  await disk.cutPower(random);
  disk.thaw();
}

describe('the local engine when the power goes', () => {
  it(`keeps what it acknowledged as synced, and nothing in part, in ${SEEDS} seeded runs`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      try {
        await run(seed, { syncs: true });
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
      }
    }
  });

  it('is caught when it acknowledges before the sync', async () => {
    await assert.rejects(async () => {
      for (let seed = 1; seed <= SEEDS; seed++) await run(seed, { syncs: false });
    }, /lost .* at \d+/);
  });
});
