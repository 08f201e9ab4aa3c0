import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ProducerEntry } from '../log/index.ts';
import { type Decision, decide, type SequencedBatch, type SequencingResult } from './sequencer.ts';

const LARGEST_SEQUENCE = 2 ** 31 - 1;

/** A log that has nothing but its end and its producers. */
class Sequence {
  logEndOffset = 0n;
  readonly producers = new Map<bigint, ProducerEntry>();

  append(...batches: Partial<SequencedBatch>[]): SequencingResult[] {
    const decision = decide(this, batches.map(batch));
    this.take(decision);
    return [...decision.results];
  }

  one(fields: Partial<SequencedBatch>): SequencingResult {
    return this.append(fields)[0] as SequencingResult;
  }

  take({ changes }: Decision): void {
    this.logEndOffset = changes.logEndOffset;
    for (const [producerId, entry] of changes.producers) this.producers.set(producerId, entry);
  }
}

function batch(fields: Partial<SequencedBatch>): SequencedBatch {
  return {
    lastOffsetDelta: 0,
    maxTimestamp: 0n,
    producerId: 7n,
    producerEpoch: 0,
    baseSequence: 0,
    isTransactional: false,
    origin: 'client',
    ...fields,
  };
}

const plain = { producerId: -1n, producerEpoch: -1, baseSequence: -1 };
const commit = { isAbort: false, coordinatorEpoch: 0, transactionVersion: 0 };
const marker = (fields: Partial<SequencedBatch> = {}): Partial<SequencedBatch> => ({
  isTransactional: true,
  baseSequence: -1,
  origin: 'coordinator',
  marker: commit,
  ...fields,
});

function errorOf(result: SequencingResult): string {
  return result.outcome === 'refused' ? result.error : result.outcome;
}

describe('the sequencer', () => {
  it('gives batches the offsets that follow the end of the log', () => {
    const log = new Sequence();
    log.logEndOffset = 10n;
    assert.deepEqual(log.append({ ...plain, lastOffsetDelta: 4 }, plain), [
      { outcome: 'appended', baseOffset: 10n, lastOffset: 14n },
      { outcome: 'appended', baseOffset: 15n, lastOffset: 15n },
    ]);
    assert.equal(log.logEndOffset, 16n);
    assert.equal(log.producers.size, 0);
  });

  it('answers a batch that was sent again with the offsets that it has', () => {
    const log = new Sequence();
    log.append({ lastOffsetDelta: 2, maxTimestamp: 5n });
    log.append({ baseSequence: 3 });
    const duplicate = { outcome: 'duplicate', baseOffset: 0n, lastOffset: 2n, timestamp: 5n };
    assert.deepEqual(log.one({ lastOffsetDelta: 2 }), duplicate);
    assert.equal(log.logEndOffset, 4n);
  });

  it('finds a duplicate within the batches that are decided together', () => {
    const log = new Sequence();
    assert.deepEqual(log.append({}, {}).map(errorOf), ['appended', 'duplicate']);
  });

  it('remembers the last five batches and calls an older one out of order', () => {
    const log = new Sequence();
    for (let sequence = 0; sequence < 6; sequence++) log.append({ baseSequence: sequence });
    assert.equal(errorOf(log.one({ baseSequence: 0 })), 'OUT_OF_ORDER_SEQUENCE_NUMBER');
    for (let sequence = 1; sequence < 6; sequence++) {
      assert.equal(errorOf(log.one({ baseSequence: sequence })), 'duplicate');
    }
  });

  it('takes a batch for a duplicate only when first and last sequence are the same', () => {
    const log = new Sequence();
    log.append({ lastOffsetDelta: 4 });
    assert.equal(errorOf(log.one({ baseSequence: 2, lastOffsetDelta: 2 })), 'OUT_OF_ORDER_SEQUENCE_NUMBER');
    assert.equal(errorOf(log.one({ baseSequence: 0, lastOffsetDelta: 3 })), 'OUT_OF_ORDER_SEQUENCE_NUMBER');
  });

  it('refuses a gap in the sequences and leaves no trace of it', () => {
    const log = new Sequence();
    log.append({});
    assert.equal(errorOf(log.one({ baseSequence: 2 })), 'OUT_OF_ORDER_SEQUENCE_NUMBER');
    assert.equal(errorOf(log.one({ baseSequence: 1 })), 'appended');
    assert.equal(log.logEndOffset, 2n);
  });

  it('accepts any sequence from a producer that it knows nothing of', () => {
    const log = new Sequence();
    assert.equal(errorOf(log.one({ baseSequence: 40 })), 'appended');
    assert.equal(errorOf(log.one({ baseSequence: 41 })), 'appended');
  });

  it('goes on at 0 after the largest sequence', () => {
    const log = new Sequence();
    log.append({ baseSequence: LARGEST_SEQUENCE });
    assert.equal(errorOf(log.one({ baseSequence: 0 })), 'appended');
  });

  it('knows a duplicate whose sequences pass the largest one', () => {
    const log = new Sequence();
    const wrapping = { baseSequence: LARGEST_SEQUENCE - 1, lastOffsetDelta: 3 };
    log.append(wrapping);
    assert.equal(errorOf(log.one(wrapping)), 'duplicate');
    assert.equal(errorOf(log.one({ baseSequence: 2 })), 'appended');
  });

  it('wants a new epoch to begin at sequence 0', () => {
    const log = new Sequence();
    log.append({ baseSequence: 0, lastOffsetDelta: 9 });
    assert.equal(errorOf(log.one({ producerEpoch: 1, baseSequence: 10 })), 'OUT_OF_ORDER_SEQUENCE_NUMBER');
    assert.equal(errorOf(log.one({ producerEpoch: 1, baseSequence: 0 })), 'appended');
    assert.equal(log.producers.get(7n)?.batches.length, 1);
  });

  it('refuses an epoch that is older than the last one', () => {
    const log = new Sequence();
    log.append({ producerEpoch: 3 });
    assert.equal(errorOf(log.one({ producerEpoch: 2, baseSequence: 1 })), 'INVALID_PRODUCER_EPOCH');
    const older = marker({ producerEpoch: 2 });
    assert.equal(errorOf(log.one(older)), 'INVALID_PRODUCER_EPOCH');
  });

  it('judges no sequences of coordinators, but their epochs', () => {
    const log = new Sequence();
    const offsets = { origin: 'coordinator', isTransactional: true, baseSequence: -1 } as const;
    assert.deepEqual(log.append(offsets, offsets).map(errorOf), ['appended', 'appended']);
    assert.equal(errorOf(log.one({ ...offsets, producerEpoch: 1 })), 'appended');
    assert.equal(errorOf(log.one(offsets)), 'INVALID_PRODUCER_EPOCH');
  });
});

describe('the sequencer with transactions', () => {
  it('opens a transaction at its first batch and closes it with its marker', () => {
    const log = new Sequence();
    log.append(plain, { isTransactional: true, lastOffsetDelta: 1 }, { isTransactional: true, baseSequence: 2 });
    assert.equal(log.producers.get(7n)?.currentTxnFirstOffset, 1n);
    const { changes } = decide(log, [batch(marker())]);
    assert.deepEqual(changes.completedTransactions, [
      { producerId: 7n, firstOffset: 1n, lastOffset: 4n, isAborted: false },
    ]);
    assert.equal(changes.producers.get(7n)?.currentTxnFirstOffset, undefined);
    assert.equal(changes.producers.get(7n)?.coordinatorEpoch, 0);
  });

  it('keeps the sequences of a producer through a marker of the same epoch and drops them with a new one', () => {
    const log = new Sequence();
    log.append({ isTransactional: true }, marker());
    assert.equal(errorOf(log.one({ isTransactional: true, baseSequence: 1 })), 'appended');
    log.append(marker({ producerEpoch: 1 }));
    assert.equal(log.producers.get(7n)?.batches.length, 0);
    const next = { producerEpoch: 1, isTransactional: true };
    assert.equal(errorOf(log.one({ ...next, baseSequence: 2 })), 'OUT_OF_ORDER_SEQUENCE_NUMBER');
    assert.equal(errorOf(log.one({ ...next, baseSequence: 0 })), 'appended');
  });

  it('does not report a transaction that has no data', () => {
    const log = new Sequence();
    assert.deepEqual(decide(log, [batch(marker())]).changes.completedTransactions, []);
  });

  it('refuses a batch outside the transaction that its producer has open', () => {
    const log = new Sequence();
    log.append({ isTransactional: true });
    assert.equal(errorOf(log.one({ baseSequence: 1 })), 'INVALID_TXN_STATE');
  });

  it('refuses a marker of a coordinator that has been replaced', () => {
    const log = new Sequence();
    log.append({ isTransactional: true }, marker({ marker: { ...commit, coordinatorEpoch: 4 } }));
    const zombie = marker({ marker: { ...commit, coordinatorEpoch: 3 } });
    assert.equal(errorOf(log.one(zombie)), 'TRANSACTION_COORDINATOR_FENCED');
  });

  it('wants a newer epoch of markers of transactions V2, but takes one that is sent again', () => {
    const log = new Sequence();
    const v2 = (producerEpoch: number) => marker({ producerEpoch, marker: { ...commit, transactionVersion: 2 } });
    log.append({ isTransactional: true });
    assert.equal(errorOf(log.one(v2(0))), 'INVALID_PRODUCER_EPOCH');
    assert.equal(errorOf(log.one(v2(1))), 'appended');
    assert.equal(errorOf(log.one(v2(1))), 'appended');
    log.append({ isTransactional: true, producerEpoch: 1 });
    assert.equal(errorOf(log.one(v2(1))), 'INVALID_PRODUCER_EPOCH');
  });
});

describe('an idempotent producer behind a network that loses answers', () => {
  it('has each of its batches in the log once and in order, whatever it sends again', () => {
    const steps = fc.array(fc.record({ size: fc.integer({ min: 1, max: 4 }), resend: fc.integer({ min: 0, max: 6 }) }));
    fc.assert(
      fc.property(steps, fc.integer({ min: LARGEST_SEQUENCE - 20, max: LARGEST_SEQUENCE }), (sends, firstSequence) => {
        const log = new Sequence();
        const sent: { fields: Partial<SequencedBatch>; baseOffset: bigint }[] = [];
        let sequence = firstSequence;
        for (const { size, resend } of sends) {
          const fields = { baseSequence: sequence, lastOffsetDelta: size - 1 };
          const expected = log.logEndOffset;
          assert.deepEqual(log.one(fields), {
            outcome: 'appended',
            baseOffset: expected,
            lastOffset: expected + BigInt(size) - 1n,
          });
          sent.push({ fields, baseOffset: expected });
          sequence = (sequence + size) % 2 ** 31;
          const old = sent.at(-resend);
          if (resend === 0 || old === undefined) continue;
          const again = log.one(old.fields);
          if (resend <= 5) assert.equal(again.outcome === 'duplicate' && again.baseOffset, old.baseOffset);
          else assert.equal(errorOf(again), 'OUT_OF_ORDER_SEQUENCE_NUMBER');
        }
        assert.equal(
          log.logEndOffset,
          sent.reduce((sum, { fields }) => sum + BigInt(fields.lastOffsetDelta ?? 0) + 1n, 0n),
        );
      }),
    );
  });

  it('gets the same answers whether its batches are decided one by one or together', () => {
    const fields = fc.record({
      producerId: fc.bigInt({ min: -1n, max: 2n }),
      producerEpoch: fc.integer({ min: 0, max: 2 }),
      baseSequence: fc.integer({ min: 0, max: 4 }),
      lastOffsetDelta: fc.integer({ min: 0, max: 2 }),
      isTransactional: fc.boolean(),
      marker: fc.option(fc.constant(commit), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(fields), (batches) => {
        const single = new Sequence();
        const together = new Sequence();
        assert.deepEqual(
          batches.map((each) => single.one(each)),
          together.append(...batches),
        );
        assert.equal(single.logEndOffset, together.logEndOffset);
        assert.deepEqual(single.producers, together.producers);
      }),
    );
  });
});
