import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Partition, ProducerDescription } from '../storage/index.ts';
import { TransactionVerification } from './transaction-verification.ts';

const producer = { producerId: 5n, producerEpoch: 1 };

/** A partition that is nothing but what it knows of producers. */
function partitionWith(known?: Partial<ProducerDescription>) {
  const state = {
    known: known && {
      ...{ ...producer, lastSequence: -1, lastTimestampMs: 0n, coordinatorEpoch: 0 },
      ...{ currentTransactionStartOffset: -1n, ...known },
    },
  };
  const partition = { producer: (id: bigint) => (id === producer.producerId ? state.known : undefined) };
  return { partition: partition as unknown as Partition, state };
}

describe('verifying the first records of a transaction', () => {
  it('is not needed where the log knows the transaction', () => {
    const { partition } = partitionWith({ currentTransactionStartOffset: 3n });
    const verification = new TransactionVerification();
    assert.equal(verification.begin(partition, producer, 4, 'add'), undefined);
    verification.requireVerified(partition, producer, 4, undefined);
  });

  it('is refused to an older producer at once', () => {
    const { partition } = partitionWith({ producerEpoch: 2 });
    const verification = new TransactionVerification();
    assert.throws(() => verification.begin(partition, producer, 0, 'add'), { code: 'INVALID_PRODUCER_EPOCH' });
  });

  it('ends when the transaction does while the coordinator is being asked', () => {
    const { partition } = partitionWith();
    const verification = new TransactionVerification();
    const guard = verification.begin(partition, producer, 0, 'verify');
    verification.transactionEnds(partition, producer);
    assert.throws(() => verification.requireVerified(partition, producer, 0, guard), { code: 'INVALID_TXN_STATE' });
    // The next question gets another guard, which an old answer does not open.
    const next = verification.begin(partition, producer, 0, 'verify');
    assert.throws(() => verification.requireVerified(partition, producer, 0, guard), { code: 'INVALID_TXN_STATE' });
    verification.requireVerified(partition, producer, 0, next);
  });

  it('goes on for the next transaction when the end of the one before arrives late', () => {
    const { partition } = partitionWith();
    const verification = new TransactionVerification();
    const guard = verification.begin(partition, producer, 0, 'add');
    verification.transactionEnds(partition, producer);
    verification.requireVerified(partition, producer, 0, guard);
    verification.transactionEnds(partition, { ...producer, producerEpoch: 2 });
    assert.throws(() => verification.requireVerified(partition, producer, 0, guard), { code: 'INVALID_TXN_STATE' });
  });

  it('lets nothing in before the lowest sequence that was seen, until the epoch changes', () => {
    const { partition } = partitionWith({ lastSequence: 4 });
    const verification = new TransactionVerification();
    verification.begin(partition, producer, 7, 'verify');
    const guard = verification.begin(partition, producer, 5, 'verify');
    const outOfOrder = { code: 'OUT_OF_ORDER_SEQUENCE_NUMBER' };
    assert.throws(() => verification.requireVerified(partition, producer, 7, guard), outOfOrder);
    verification.requireVerified(partition, producer, 5, guard);
    const newer = { ...producer, producerEpoch: 2 };
    verification.begin(partition, newer, 9, 'verify');
    verification.requireVerified(partition, newer, 9, guard);
  });

  it('wants sequence 0 from a producer that the log does not know, if each of its transactions has an epoch', () => {
    const { partition } = partitionWith();
    const verification = new TransactionVerification();
    const guard = verification.begin(partition, producer, 3, 'add');
    assert.throws(() => verification.requireVerified(partition, producer, 3, guard), {
      code: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
    });
  });

  it('is done once when the records are in the log', () => {
    const { partition, state } = partitionWith();
    const verification = new TransactionVerification();
    const guard = verification.begin(partition, producer, 0, 'add');
    verification.appended(partition, producer);
    verification.requireVerified(partition, producer, 0, guard);
    state.known = partitionWith({ currentTransactionStartOffset: 0n }).state.known;
    verification.appended(partition, producer);
    state.known = undefined;
    assert.throws(() => verification.requireVerified(partition, producer, 0, guard), { code: 'INVALID_TXN_STATE' });
  });
});
