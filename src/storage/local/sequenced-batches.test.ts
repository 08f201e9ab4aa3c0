import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type ProducerEntry, ProducerStates } from '../../log/index.ts';
import { encodeEndTransactionBatch, readBatchHeader, writeBaseOffset } from '../../protocol/index.ts';
import { batchOf } from '../engine-suite.ts';
import { decide } from '../sequencer.ts';
import { sequencedBatches } from './sequenced-batches.ts';

const sentBatch = fc.record({
  producerId: fc.bigInt({ min: -1n, max: 2n }),
  producerEpoch: fc.integer({ min: 0, max: 2 }),
  baseSequence: fc.integer({ min: 0, max: 6 }),
  count: fc.integer({ min: 1, max: 3 }),
  isTransactional: fc.boolean(),
  end: fc.option(fc.constantFrom('COMMIT' as const, 'ABORT' as const), { nil: undefined, freq: 3 }),
});

describe('what the sequencer decides', () => {
  it('is what the log knows of the producers once it has the batches', () => {
    fc.assert(
      fc.property(fc.array(sentBatch, { maxLength: 40 }), (sent) => {
        const log = new ProducerStates(() => Number.MAX_SAFE_INTEGER);
        const state = { logEndOffset: 0n, producers: new Map<bigint, ProducerEntry>() };
        for (const { end, count, ...producer } of sent) {
          const isMarker = end !== undefined && producer.producerId >= 0n;
          const bytes = isMarker
            ? encodeEndTransactionBatch({ type: end, coordinatorEpoch: 1, timestamp: 5n, ...producer })
            : batchOf(count, producer);
          const origin = isMarker ? 'coordinator' : 'client';
          const batches = sequencedBatches(bytes, [readBatchHeader(bytes)], { durability: 'none', origin });
          const { results, changes } = decide(state, batches);
          const aborted: unknown[] = [];
          if (results[0]?.outcome === 'appended') {
            writeBaseOffset(bytes, 0, state.logEndOffset);
            const entry = log.applyBatch(readBatchHeader(bytes), bytes);
            if (entry !== undefined) aborted.push({ producerId: entry.producerId, firstOffset: entry.firstOffset });
          }
          const decided = changes.completedTransactions.filter(({ isAborted }) => isAborted);
          assert.deepEqual(
            decided.map(({ producerId, firstOffset }) => ({ producerId, firstOffset })),
            aborted,
          );
          state.logEndOffset = changes.logEndOffset;
          for (const [producerId, entry] of changes.producers) state.producers.set(producerId, entry);
          for (const [producerId, entry] of state.producers) assert.deepEqual(log.get(producerId), entry);
        }
      }),
    );
  });
});
