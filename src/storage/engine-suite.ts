// What every storage engine must do, as tests. An engine's own test file runs it with a way to make, restart and crash that engine.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { readConfig } from '../config/index.ts';
import { logConfigTable } from '../log/index.ts';
import {
  BATCH_HEADER_BYTES,
  encodeBatch,
  encodeEndTransactionBatch,
  iterateBatches,
  KafkaError,
  type RecordInput,
  readRecords,
  writeProducerState,
} from '../protocol/index.ts';
import type {
  AppendOptions,
  LogConfig,
  Partition,
  PartitionSpec,
  ReadOptions,
  ReadResult,
  StorageEngine,
} from './engine.ts';

export interface EngineHarness {
  /** A started engine on empty storage. */
  start(): Promise<StorageEngine>;
  /** Stops the last engine, or ends it without a stop, and starts another one on the same storage. */
  restart(how: 'clean' | 'crash'): Promise<StorageEngine>;
  /** Gives everything back. */
  dispose(): Promise<void>;
  /** Milliseconds of the clock that the engine sees. */
  now(): number;
}

const TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const SYNCED: AppendOptions = { durability: 'synced', origin: 'client' };

export function topicConfig(settings: Record<string, string> = {}): LogConfig {
  return readConfig(logConfigTable, settings);
}

export function partitionSpec(fields: Partial<PartitionSpec> = {}): PartitionSpec {
  return {
    topic: 'orders',
    index: 0,
    topicId: TOPIC_ID,
    leaderEpoch: 0,
    config: topicConfig(),
    isNew: true,
    ...fields,
  };
}

export function batchOf(
  count: number,
  fields: Partial<Parameters<typeof encodeBatch>[0]> = {},
  value = 'value',
): Buffer {
  const records: RecordInput[] = Array.from({ length: count }, (_, index) => ({
    timestamp: 1_000n + BigInt(index),
    key: Buffer.from(`key ${index}`),
    value: Buffer.from(`${value} ${index}`),
  }));
  return encodeBatch({ records, ...fields });
}

export function read(partition: Partition, offset: bigint, fields: Partial<ReadOptions> = {}): Promise<ReadResult> {
  return Promise.resolve(
    partition.read({ offset, maxBytes: 1 << 20, minOneBatch: true, isolation: 'read_uncommitted', ...fields }),
  );
}

/** First and last offset of every batch. */
export function rangesOf({ records }: ReadResult): [bigint, bigint][] {
  return records.flatMap((chunk) =>
    Array.from(iterateBatches(chunk), ({ baseOffset, lastOffset }): [bigint, bigint] => [baseOffset, lastOffset]),
  );
}

export function valuesOf({ records }: ReadResult): string[] {
  return records.flatMap((chunk) =>
    [...iterateBatches(chunk)].flatMap((header) => [...readRecords(chunk, header)].map(({ value }) => String(value))),
  );
}

export function rejectsWith(code: KafkaError['code'], action: () => unknown): Promise<void> {
  return assert.rejects(
    async () => action(),
    (error) => error instanceof KafkaError && error.code === code,
  );
}

/** Opens the partition and waits until it can be used. */
export async function openLoaded(engine: StorageEngine, spec: PartitionSpec): Promise<Partition> {
  return (await engine.openPartition(spec)).load();
}

/** A turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function engineSuite(name: string, createHarness: () => Promise<EngineHarness>): void {
  describe(name, () => {
    let harness: EngineHarness;
    let engine: StorageEngine;
    let partition: Partition;

    beforeEach(async () => {
      harness = await createHarness();
      engine = await harness.start();
      partition = await openLoaded(engine, partitionSpec());
    });

    afterEach(() => harness.dispose());

    async function restart(how: 'clean' | 'crash'): Promise<void> {
      engine = await harness.restart(how);
      partition = await openLoaded(engine, partitionSpec({ isNew: false }));
    }

    it('starts a partition empty', async () => {
      assert.deepEqual([partition.logStartOffset, partition.logEndOffset, partition.highWatermark], [0n, 0n, 0n]);
      assert.deepEqual(rangesOf(await read(partition, 0n)), []);
      assert.equal(await partition.findByTimestamp(0n), undefined);
      assert.equal(await partition.findMaxTimestamp(), undefined);
      assert.equal(engine.partition('orders', 0)?.loaded, partition);
      assert.equal(engine.partition('orders', 1), undefined);
    });

    it('gives appends the offsets in the order of the calls, whatever durability they ask for', async () => {
      const durabilities = ['synced', 'none', 'written', 'synced'] as const;
      const results = await Promise.all(
        durabilities.map((durability) => partition.append(batchOf(2), { ...SYNCED, durability })),
      );
      assert.deepEqual(
        results.map(({ baseOffset, lastOffset }) => [baseOffset, lastOffset]),
        [
          [0n, 1n],
          [2n, 3n],
          [4n, 5n],
          [6n, 7n],
        ],
      );
      assert.equal(partition.highWatermark, 8n);
      assert.deepEqual(rangesOf(await read(partition, 0n)), [
        [0n, 1n],
        [2n, 3n],
        [4n, 5n],
        [6n, 7n],
      ]);
    });

    it('shows readers nothing before it has the durability that its writer asked for', async () => {
      const append = partition.append(batchOf(1), SYNCED);
      assert.equal(partition.logEndOffset, 1n);
      assert.equal(partition.highWatermark, 0n);
      assert.deepEqual(rangesOf(await read(partition, 0n)), []);
      await append;
      assert.equal(partition.highWatermark, 1n);
    });

    it('writes the leader epoch into the batches and knows where epochs end', async () => {
      await partition.append(batchOf(3), SYNCED);
      await openLoaded(engine, partitionSpec({ leaderEpoch: 4 }));
      assert.equal(partition.leaderEpoch, 4);
      await partition.append(batchOf(2), SYNCED);
      const { records } = await read(partition, 0n);
      const epochs = records.flatMap((chunk) =>
        Array.from(iterateBatches(chunk), (header) => header.partitionLeaderEpoch),
      );
      assert.deepEqual(epochs, [0, 4]);
      assert.deepEqual([partition.epochOf(2n), partition.epochOf(3n)], [0, 4]);
      assert.deepEqual(partition.endOffsetForEpoch(0), { leaderEpoch: 0, endOffset: 3n });
      assert.deepEqual(partition.endOffsetForEpoch(4), { leaderEpoch: 4, endOffset: 5n });
      await restart('crash');
      assert.deepEqual(partition.endOffsetForEpoch(0), { leaderEpoch: 0, endOffset: 3n });
    });

    it('knows a new leader epoch before anything is written in it', async () => {
      await partition.append(batchOf(3), SYNCED);
      await openLoaded(engine, partitionSpec({ leaderEpoch: 7 }));
      assert.deepEqual(partition.endOffsetForEpoch(0), { leaderEpoch: 0, endOffset: 3n });
      assert.deepEqual(partition.endOffsetForEpoch(7), { leaderEpoch: 7, endOffset: 3n });
      assert.equal(partition.epochOf(3n), 7);
    });

    it('reads from the batch that holds the offset, wherever in it that is', async () => {
      for (const count of [3, 1, 5]) await partition.append(batchOf(count), SYNCED);
      const starts = [0n, 0n, 0n, 3n, 4n, 4n, 4n, 4n, 4n];
      for (const how of ['tail', 'clean', 'crash'] as const) {
        if (how !== 'tail') await restart(how);
        for (const [offset, start] of starts.entries()) {
          assert.equal(rangesOf(await read(partition, BigInt(offset)))[0]?.[0], start, `offset ${offset}, ${how}`);
        }
        assert.deepEqual(rangesOf(await read(partition, 9n)), []);
      }
    });

    it('reads whole batches within the bytes asked for, and one that is larger only when it must', async () => {
      for (let count = 0; count < 4; count++) await partition.append(batchOf(1), SYNCED);
      const bytes = batchOf(1).length;
      for (const how of ['tail', 'clean'] as const) {
        if (how !== 'tail') await restart(how);
        const sizes = async (maxBytes: number, minOneBatch: boolean) =>
          rangesOf(await read(partition, 0n, { maxBytes, minOneBatch })).length;
        assert.equal(await sizes(bytes * 3, true), 3, how);
        assert.equal(await sizes(bytes * 3 - 1, true), 2, how);
        assert.equal(await sizes(1, true), 1, how);
        assert.equal(await sizes(1, false), 0, how);
        assert.equal(await sizes(0, false), 0, how);
      }
    });

    it('refuses to read outside of the log', async () => {
      await partition.append(batchOf(2), SYNCED);
      await rejectsWith('OFFSET_OUT_OF_RANGE', () => read(partition, 3n));
      await rejectsWith('OFFSET_OUT_OF_RANGE', () => read(partition, -1n));
    });

    it('appends nothing of what it refuses', async () => {
      await rejectsWith('INVALID_RECORD', () => partition.append(Buffer.alloc(0), SYNCED));
      const damaged = batchOf(1);
      damaged[damaged.length - 1] = 1;
      await rejectsWith('CORRUPT_MESSAGE', () => partition.append(damaged, SYNCED));
      assert.equal(partition.logEndOffset, 0n);
    });

    it('answers a batch that an idempotent producer sends again with its first offsets, also after a crash', async () => {
      const send = (baseSequence: number) =>
        partition.append(
          // Producers are forgotten by the time of their records.
          batchOf(2, { producerId: 5n, producerEpoch: 0, baseSequence, maxTimestamp: BigInt(harness.now()) }),
          SYNCED,
        );
      await Promise.all([send(0), send(2)]);
      for (const how of ['running', 'clean', 'crash'] as const) {
        if (how !== 'running') await restart(how);
        // What is remembered across a stop is the last batch of a producer: Kafka's snapshots hold no more.
        if (how === 'running') assert.equal((await send(0)).baseOffset, 0n);
        assert.equal((await send(2)).lastOffset, 3n);
        await rejectsWith('OUT_OF_ORDER_SEQUENCE_NUMBER', () => send(8));
        assert.equal(partition.logEndOffset, 4n);
      }
      assert.deepEqual(
        partition.producers().map(({ producerId, lastSequence }) => [producerId, lastSequence]),
        [[5n, 3]],
      );
    });

    it('hides an open transaction from read_committed and tells which were aborted', async () => {
      const data = (producerId: bigint, baseSequence: number) =>
        partition.append(batchOf(1, { producerId, producerEpoch: 0, baseSequence, isTransactional: true }), SYNCED);
      const end = (producerId: bigint, type: 'COMMIT' | 'ABORT') =>
        partition.append(
          encodeEndTransactionBatch({ type, coordinatorEpoch: 0, producerId, producerEpoch: 0, timestamp: 1n }),
          { durability: 'synced', origin: 'coordinator' },
        );
      const committed = () => read(partition, 0n, { isolation: 'read_committed' });
      await partition.append(batchOf(1), SYNCED);
      await Promise.all([data(1n, 0), data(2n, 0)]);
      assert.equal(partition.lastStableOffset, 1n);
      assert.deepEqual(rangesOf(await committed()), [[0n, 0n]]);
      assert.equal((await read(partition, 0n)).abortedTransactions, null);
      await end(1n, 'ABORT');
      assert.equal(partition.lastStableOffset, 2n);
      await end(2n, 'COMMIT');
      for (const how of ['running', 'clean', 'crash'] as const) {
        if (how !== 'running') await restart(how);
        const result = await committed();
        assert.equal(result.lastStableOffset, 5n, how);
        assert.equal(rangesOf(result).length, 5, how);
        assert.deepEqual(result.abortedTransactions, [{ producerId: 1n, firstOffset: 1n }], how);
      }
    });

    it('does not call a transaction ended before its marker is durable', async () => {
      const transactional = { producerId: 1n, producerEpoch: 0, baseSequence: 0, isTransactional: true };
      await partition.append(batchOf(1, transactional), SYNCED);
      const marker = encodeEndTransactionBatch({
        type: 'COMMIT',
        coordinatorEpoch: 0,
        producerId: 1n,
        producerEpoch: 0,
        timestamp: 1n,
      });
      const ended = partition.append(marker, { durability: 'synced', origin: 'coordinator' });
      assert.equal(partition.lastStableOffset, 0n);
      await ended;
      assert.equal(partition.lastStableOffset, 2n);
    });

    it('finds offsets by timestamp', async () => {
      for (let second = 1; second <= 3; second++) {
        const records = [0, 1].map((index) => ({
          timestamp: BigInt(second * 1000 + index),
          key: null,
          value: Buffer.from('x'),
        }));
        await partition.append(encodeBatch({ records }), SYNCED);
      }
      assert.deepEqual(await partition.findByTimestamp(2001n), { offset: 3n, timestamp: 2001n, leaderEpoch: 0 });
      assert.equal((await partition.findByTimestamp(1500n))?.offset, 2n);
      assert.equal(await partition.findByTimestamp(3002n), undefined);
      assert.equal(await partition.findByTimestamp(3000n, 4n), undefined);
      assert.equal((await partition.findMaxTimestamp())?.offset, 5n);
    });

    it('refuses a search among records that nobody can inflate, as their producer wrote them', async () => {
      const batch = batchOf(3, { compression: 'zstd' });
      batch.fill(0xff, BATCH_HEADER_BYTES);
      writeProducerState(batch, 0, { producerId: -1n, producerEpoch: -1, baseSequence: -1 });
      await partition.append(batch, SYNCED);
      await rejectsWith('CORRUPT_MESSAGE', () => partition.findByTimestamp(0n));
      await partition.append(batchOf(1), SYNCED);
      assert.deepEqual(rangesOf(await read(partition, 0n)), [
        [0n, 2n],
        [3n, 3n],
      ]);
    });

    it('keeps everything through a clean stop and all that was acknowledged through a crash', async () => {
      const expected: string[] = [];
      for (const how of ['clean', 'crash', 'crash', 'clean'] as const) {
        for (const word of ['one', 'two']) {
          const { baseOffset } = await partition.append(batchOf(2, {}, `${how} ${word}`), SYNCED);
          assert.equal(baseOffset, BigInt(expected.length));
          expected.push(`${how} ${word} 0`, `${how} ${word} 1`);
        }
        await restart(how);
        assert.equal(engine.wasCleanlyStopped, how === 'clean');
        assert.equal(partition.highWatermark, BigInt(expected.length));
        assert.deepEqual(valuesOf(await read(partition, 0n)), expected);
      }
    });

    it('moves the log start offset up, and keeps it there', async () => {
      for (let count = 0; count < 3; count++) await partition.append(batchOf(2), SYNCED);
      assert.equal(await partition.deleteRecords(3n), 3n);
      assert.equal(await partition.deleteRecords(1n), 3n);
      await rejectsWith('OFFSET_OUT_OF_RANGE', () => partition.deleteRecords(7n));
      for (const how of ['running', 'clean', 'crash'] as const) {
        if (how !== 'running') await restart(how);
        assert.equal(partition.logStartOffset, 3n);
        await rejectsWith('OFFSET_OUT_OF_RANGE', () => read(partition, 2n));
        assert.deepEqual(rangesOf(await read(partition, 3n))[0], [2n, 3n]);
      }
      assert.equal(await partition.deleteRecords(6n), 6n);
      assert.deepEqual(rangesOf(await read(partition, 6n)), []);
    });

    it('tells watchers that something moved, until they stop', async () => {
      let calls = 0;
      const stop = partition.watch(() => calls++);
      await Promise.all([1, 2, 3].map(() => partition.append(batchOf(1), SYNCED)));
      assert.ok(calls >= 1 && calls <= 3);
      const before = calls;
      await partition.deleteRecords(1n);
      assert.equal(calls, before + 1);
      stop();
      stop();
      await partition.append(batchOf(1), SYNCED);
      assert.equal(calls, before + 1);
    });

    it('calls neither a watcher that begins while others are called, nor one that ends then', async () => {
      const calls: string[] = [];
      let stopLast = () => {};
      partition.watch(() => {
        calls.push('first');
        stopLast();
        partition.watch(() => calls.push('late'));
      });
      stopLast = partition.watch(() => calls.push('last'));
      await partition.append(batchOf(1), SYNCED);
      assert.deepEqual(calls, ['first']);
    });

    it('tells watchers, and whoever waits, that the partition went away', async () => {
      let calls = 0;
      partition.watch(() => calls++);
      const waiting = rejectsWith('UNKNOWN_TOPIC_OR_PARTITION', () => partition.append(batchOf(1), SYNCED));
      await engine.removePartition('orders', 0);
      await waiting;
      assert.equal(calls, 1);
      assert.equal(engine.partition('orders', 0), undefined);
      await rejectsWith('UNKNOWN_TOPIC_OR_PARTITION', () => read(partition, 0n));
      await rejectsWith('UNKNOWN_TOPIC_OR_PARTITION', () => partition.append(batchOf(1), SYNCED));
    });

    it('starts a partition anew that was removed before, also after a crash', async () => {
      await partition.append(batchOf(5), SYNCED);
      await engine.removePartition('orders', 0);
      const topicId = 'BBBBBBBBBBBBBBBBBBBBBA';
      partition = await openLoaded(engine, partitionSpec({ topicId }));
      assert.deepEqual([partition.logStartOffset, partition.logEndOffset], [0n, 0n]);
      await partition.append(batchOf(1), SYNCED);
      engine = await harness.restart('crash');
      partition = await openLoaded(engine, partitionSpec({ topicId, isNew: false }));
      assert.equal(partition.logEndOffset, 1n);
    });

    it('does not take the data of a topic for that of another with the same name', async () => {
      await partition.append(batchOf(5), SYNCED);
      engine = await harness.restart('clean');
      partition = await openLoaded(engine, partitionSpec({ topicId: 'BBBBBBBBBBBBBBBBBBBBBA' }));
      assert.equal(partition.logEndOffset, 0n);
    });

    it('puts aside what belongs to no known topic, and nothing else', async () => {
      const kept = await openLoaded(engine, partitionSpec({ topic: 'kept', topicId: 'CCCCCCCCCCCCCCCCCCCCCA' }));
      for (const each of [partition, kept]) await each.append(batchOf(1), SYNCED);
      engine = await harness.restart('clean');
      await engine.setStraysAside([{ topic: 'kept', topicId: 'CCCCCCCCCCCCCCCCCCCCCA', partitionCount: 10 }]);
      partition = await openLoaded(engine, partitionSpec());
      const spec = partitionSpec({ topic: 'kept', topicId: 'CCCCCCCCCCCCCCCCCCCCCA', isNew: false });
      assert.equal(partition.logEndOffset, 0n);
      assert.equal((await openLoaded(engine, spec)).logEndOffset, 1n);
    });

    it('applies new settings of a topic to its open partitions', async () => {
      const [small] = [topicConfig({ 'max.message.bytes': '80' })];
      engine.updateConfig('orders', small);
      assert.equal(partition.config, small);
      await rejectsWith('MESSAGE_TOO_LARGE', () => partition.append(batchOf(1, {}, 'x'.repeat(100)), SYNCED));
    });

    it('lets coordinators append several batches at once', async () => {
      const result = await partition.append(Buffer.concat([batchOf(2), batchOf(1)]), {
        durability: 'synced',
        origin: 'coordinator',
      });
      assert.deepEqual([result.baseOffset, result.lastOffset], [0n, 2n]);
      assert.deepEqual(rangesOf(await read(partition, 0n)), [
        [0n, 1n],
        [2n, 2n],
      ]);
    });

    it('opens a partition once for all who ask at the same time', async () => {
      const spec = partitionSpec({ topic: 'fresh' });
      const opened = await Promise.all([1, 2, 3].map(() => openLoaded(engine, spec)));
      assert.equal(new Set(opened).size, 1);
    });

    it('stamps the time of the append where the topic wants it', async () => {
      const config = topicConfig({ 'message.timestamp.type': 'LogAppendTime' });
      const stamped = await openLoaded(engine, partitionSpec({ topic: 'stamped', config }));
      const { logAppendTimeMs } = await stamped.append(batchOf(1), SYNCED);
      assert.equal(logAppendTimeMs, BigInt(harness.now()));
      assert.equal((await partition.append(batchOf(1), SYNCED)).logAppendTimeMs, -1n);
    });

    it('describes what is in its directories', async () => {
      await partition.append(batchOf(1), SYNCED);
      const described = await engine.describeLogDirs();
      assert.equal(
        described.every(({ error }) => error === undefined),
        true,
      );
      const partitions = described.flatMap((directory) => directory.partitions);
      const { sizeInBytes } = partition;
      assert.deepEqual(partitions, [{ topic: 'orders', index: 0, sizeInBytes, isFuture: false, offsetLag: 0n }]);
      assert.ok(partition.sizeInBytes > 0);
    });

    it('serves thousands of watchers of many partitions', async () => {
      let calls = 0;
      const partitions = await Promise.all(
        Array.from({ length: 20 }, (_, index) => openLoaded(engine, partitionSpec({ topic: 'many', index }))),
      );
      for (const each of partitions) for (let count = 0; count < 200; count++) each.watch(() => calls++);
      await partitions[7]?.append(batchOf(1), SYNCED);
      await turn();
      assert.equal(calls, 200);
    });
  });
}
