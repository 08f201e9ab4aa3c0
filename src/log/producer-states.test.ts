import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readBatchHeader } from '../protocol/index.ts';
import { batch, marker, START_MS, type TestBatch } from './log-fixture.ts';
import { lastSequenceOf } from './producer-entry.ts';
import { CorruptSnapshotError, decodeProducerSnapshot, encodeProducerSnapshot } from './producer-snapshot.ts';
import { ProducerStates } from './producer-states.ts';

function apply(states: ProducerStates, bytes: Buffer) {
  return states.applyBatch(readBatchHeader(bytes), bytes);
}

const data = (options: Partial<TestBatch> & { offset: bigint }) =>
  batch({ producerId: 9n, producerEpoch: 0, baseSequence: Number(options.offset), ...options });

describe('a producer', () => {
  test('is remembered with its last five batches', () => {
    const states = new ProducerStates(() => 1000);
    for (let offset = 0n; offset < 7n; offset++) apply(states, data({ offset }));
    const entry = states.get(9n);
    assert.ok(entry);
    assert.deepEqual(
      entry.batches.map(({ firstOffset }) => firstOffset),
      [2n, 3n, 4n, 5n, 6n],
    );
    assert.equal(lastSequenceOf(entry), 6);
  });

  test('begins anew with another epoch', () => {
    const states = new ProducerStates(() => 1000);
    apply(states, data({ offset: 0n, count: 3 }));
    apply(states, data({ offset: 3n, baseSequence: 0, producerEpoch: 1 }));
    assert.deepEqual(states.get(9n)?.batches.length, 1);
    assert.equal(states.get(9n)?.producerEpoch, 1);
  });

  test('wraps its sequence behind the largest one', () => {
    const states = new ProducerStates(() => 1000);
    apply(states, data({ offset: 0n, count: 3, baseSequence: 2 ** 31 - 2 }));
    assert.equal(states.get(9n)?.batches[0]?.lastSequence, 0);
  });

  test('without an id leaves nothing', () => {
    const states = new ProducerStates(() => 1000);
    apply(states, batch({ offset: 0n }));
    assert.equal(states.size, 0);
  });

  test('is forgotten when it was silent for long, unless its transaction is open', () => {
    const states = new ProducerStates(() => 1000);
    apply(states, data({ offset: 0n, producerId: 1n }));
    apply(states, data({ offset: 1n, producerId: 2n, isTransactional: true }));
    states.removeExpired(START_MS + 999);
    assert.equal(states.size, 2);
    states.removeExpired(START_MS + 1000);
    assert.equal(states.get(1n), undefined);
    assert.ok(states.get(2n));
  });
});

describe('a transaction', () => {
  test('is open from its first batch to its marker', () => {
    const states = new ProducerStates(() => 1000);
    apply(states, data({ offset: 0n }));
    assert.equal(states.firstOpenTransactionOffset, undefined);
    apply(states, data({ offset: 1n, isTransactional: true }));
    apply(states, data({ offset: 2n, isTransactional: true }));
    assert.equal(states.firstOpenTransactionOffset, 1n);
    assert.equal(states.get(9n)?.currentTxnFirstOffset, 1n);
    assert.equal(apply(states, marker('COMMIT', 3n, 9n)), undefined);
    assert.equal(states.firstOpenTransactionOffset, undefined);
    assert.equal(states.get(9n)?.coordinatorEpoch, 7);
    assert.equal(states.get(9n)?.batches.length, 3);
  });

  test('holds back readers until its marker is below the high watermark', () => {
    const states = new ProducerStates(() => 1000);
    apply(states, data({ offset: 0n, count: 2, isTransactional: true }));
    apply(states, marker('COMMIT', 2n, 9n));
    assert.equal(states.firstUnstableOffset(2n), 0n);
    assert.equal(states.firstUnstableOffset(3n), undefined);
  });

  test('that is aborted tells how far everything was decided then', () => {
    const states = new ProducerStates(() => 1000);
    apply(states, data({ offset: 0n, producerId: 1n, isTransactional: true }));
    apply(states, data({ offset: 1n, producerId: 2n, isTransactional: true }));
    assert.deepEqual(apply(states, marker('ABORT', 2n, 2n)), {
      producerId: 2n,
      firstOffset: 1n,
      lastOffset: 2n,
      lastStableOffset: 0n,
    });
    assert.deepEqual(apply(states, marker('ABORT', 3n, 1n)), {
      producerId: 1n,
      firstOffset: 0n,
      lastOffset: 3n,
      lastStableOffset: 4n,
    });
  });

  test('without data in the partition is no transaction there, but its marker opens the epoch', () => {
    const states = new ProducerStates(() => 1000);
    assert.equal(apply(states, marker('ABORT', 0n, 4n, 3)), undefined);
    assert.equal(states.get(4n)?.producerEpoch, 3);
    assert.deepEqual(states.get(4n)?.batches, []);
    assert.equal(states.firstUnstableOffset(0n), undefined);
  });
});

describe('a producer snapshot', () => {
  function filled(): ProducerStates {
    const states = new ProducerStates(() => 1000);
    apply(states, data({ offset: 0n, count: 4 }));
    apply(states, data({ offset: 4n, producerId: 10n, isTransactional: true, producerEpoch: 2 }));
    apply(states, marker('COMMIT', 5n, 11n));
    return states;
  }

  test('gives back the producers with their last batch and open transactions', () => {
    const states = filled();
    const loaded = new ProducerStates(() => 1000);
    loaded.load(decodeProducerSnapshot(encodeProducerSnapshot(states.entries())), START_MS);
    assert.deepEqual([...loaded.entries()], [...states.entries()]);
    assert.equal(loaded.firstOpenTransactionOffset, 4n);
  });

  test('does not bring back who has expired', () => {
    const loaded = new ProducerStates(() => 1000);
    loaded.load(filled().entries(), START_MS + 5000);
    assert.deepEqual(
      [...loaded.entries()].map(({ producerId }) => producerId),
      [10n],
    );
  });

  test('has the bytes of Apache Kafka', () => {
    const states = new ProducerStates(() => 1000);
    apply(states, data({ offset: 5n, count: 2, baseSequence: 3, timestamp: 1n }));
    // Version 1, CRC, one producer: id 9, epoch 0, last sequence 4, last offset 6, delta 1, timestamp 2, no coordinator, no transaction.
    const entry =
      '0000000000000009' +
      '0000' +
      '00000004' +
      '0000000000000006' +
      '00000001' +
      '0000000000000002' +
      'ffffffff' +
      'ffffffffffffffff';
    const hex = encodeProducerSnapshot(states.entries()).toString('hex');
    assert.equal(hex.slice(0, 4), '0001');
    assert.equal(hex.slice(12), `00000001${entry}`);
  });

  test('is refused when any of its bytes is not as written', () => {
    const bytes = encodeProducerSnapshot(filled().entries());
    for (let index = 0; index < bytes.length; index++) {
      const damaged = Buffer.from(bytes);
      damaged[index] = (damaged[index] ?? 0) ^ 1;
      assert.throws(() => decodeProducerSnapshot(damaged), CorruptSnapshotError);
      assert.throws(() => decodeProducerSnapshot(bytes.subarray(0, index)), CorruptSnapshotError);
    }
  });
});
