import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KafkaError } from '../../protocol/index.ts';
import {
  add,
  createFixture,
  end,
  ID,
  init,
  LAST_CLIENT_EPOCH,
  loadWith,
  loggedStates,
  outcomeOf,
  settle,
  stateOf,
  type TransactionFixture,
} from './transaction-fixture.ts';
import { newTransaction } from './transaction-metadata.ts';

async function ended(outcome: 'commit' | 'abort') {
  const fixture = await createFixture();
  const producer = await init(fixture);
  await add(fixture, producer, ['a-0']);
  const next = await end(fixture, producer, outcome);
  await settle();
  return { fixture, producer, next };
}

function places({ markers }: TransactionFixture, isCommit: boolean): string[] {
  return markers.filter((marker) => marker.isCommit === isCommit).map(({ place }) => place);
}

describe('the end of a transaction', () => {
  it('is decided, told to the producer with its next epoch, written to every partition, and completed', async () => {
    const fixture = await createFixture();
    const producer = await init(fixture);
    await add(fixture, producer, ['a-0', 'a-1']);
    await add(fixture, producer, ['b-0']);
    assert.deepEqual(await end(fixture, producer, 'commit'), { producerId: 1000n, producerEpoch: 1 });
    await settle();
    assert.deepEqual(places(fixture, true), ['a-0', 'a-1', 'b-0']);
    assert.deepEqual(
      fixture.markers.map(({ producerEpoch, transactionVersion }) => [producerEpoch, transactionVersion]),
      [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
    );
    assert.deepEqual(loggedStates(fixture), ['Empty', 'Ongoing', 'Ongoing', 'PrepareCommit', 'CompleteCommit']);
  });

  it('begins its markers only when the decision is on disk', async () => {
    const fixture = await createFixture();
    const producer = await init(fixture);
    await add(fixture, producer, ['a-0']);
    fixture.log.isHolding = true;
    const answer = end(fixture, producer, 'abort');
    await settle();
    assert.deepEqual(fixture.markers, []);
    fixture.log.commit();
    await answer;
    await settle();
    assert.deepEqual(places(fixture, false), ['a-0']);
  });

  it('keeps the epoch for producers that know no other (before v5)', async () => {
    const fixture = await createFixture();
    const producer = await init(fixture);
    await add(fixture, producer, ['a-0'], 0);
    assert.deepEqual(await end(fixture, producer, 'commit', 0), { producerId: -1n, producerEpoch: -1 });
    await settle();
    assert.deepEqual(
      fixture.markers.map(({ producerEpoch, transactionVersion }) => [producerEpoch, transactionVersion]),
      [[0, 0]],
    );
    // Repeated, it is done already; the other way round it is a mistake.
    assert.deepEqual(await end(fixture, producer, 'commit', 0), { producerId: -1n, producerEpoch: -1 });
    assert.equal(await outcomeOf(end(fixture, producer, 'abort', 0)), 'INVALID_TXN_STATE');
    await add(fixture, producer, ['a-0'], 0);
    assert.equal(await stateOf(fixture), 'Ongoing');
  });

  it('without a transaction is a mistake before v5', async () => {
    const fixture = await createFixture();
    const producer = await init(fixture);
    assert.equal(await outcomeOf(end(fixture, producer, 'commit', 0)), 'INVALID_TXN_STATE');
    assert.equal(await outcomeOf(end(fixture, producer, 'abort', 0)), 'INVALID_TXN_STATE');
  });

  it('answers a repeated request as the first time', async () => {
    for (const outcome of ['commit', 'abort'] as const) {
      const { fixture, producer, next } = await ended(outcome);
      assert.deepEqual(await end(fixture, producer, outcome), next);
      const opposite = outcome === 'commit' ? 'abort' : 'commit';
      assert.equal(await outcomeOf(end(fixture, producer, opposite)), 'INVALID_TXN_STATE');
    }
  });

  it('may be an abort of nothing with the current epoch, which takes a new one (KIP-890)', async () => {
    const { fixture, next } = await ended('commit');
    assert.equal(await outcomeOf(end(fixture, next, 'commit')), 'INVALID_TXN_STATE');
    assert.deepEqual(await end(fixture, next, 'abort'), { ...next, producerEpoch: next.producerEpoch + 1 });
    await settle();
    assert.equal(await stateOf(fixture), 'CompleteAbort');

    const empty = await createFixture();
    const producer = await init(empty);
    assert.equal(await outcomeOf(end(empty, producer, 'commit')), 'INVALID_TXN_STATE');
    assert.equal((await end(empty, producer, 'abort')).producerEpoch, 1);
  });

  it('is waited for by everybody who comes meanwhile, whatever he wants', async () => {
    const fixture = await createFixture();
    const gate = Promise.withResolvers<void>();
    fixture.markerGate = gate.promise;
    const producer = await init(fixture);
    await add(fixture, producer, ['a-0']);
    const next = await end(fixture, producer, 'commit');
    assert.equal(await outcomeOf(end(fixture, producer, 'commit')), 'CONCURRENT_TRANSACTIONS');
    assert.equal(await outcomeOf(end(fixture, producer, 'abort')), 'CONCURRENT_TRANSACTIONS');
    // A producer that aborts its next transaction before it has written anything.
    assert.equal(await outcomeOf(end(fixture, next, 'abort')), 'CONCURRENT_TRANSACTIONS');
    assert.equal(await outcomeOf(add(fixture, next, ['a-0'])), 'CONCURRENT_TRANSACTIONS');
    gate.resolve();
    await fixture.coordinator.whenEnded(ID);
    await add(fixture, next, ['a-0']);
  });

  it('gives a new producer id with the last epoch, also to who asks again', async () => {
    const fixture = await createFixture();
    const before = newTransaction(ID, 5n, 1000, 0n);
    await loadWith(fixture, { ...before, producerEpoch: LAST_CLIENT_EPOCH });
    const producer = { producerId: 5n, producerEpoch: LAST_CLIENT_EPOCH };
    await add(fixture, producer, ['a-0']);
    const gate = Promise.withResolvers<void>();
    fixture.markerGate = gate.promise;
    const next = await end(fixture, producer, 'commit');
    assert.deepEqual(next, { producerId: 1000n, producerEpoch: 0 });
    assert.equal(await outcomeOf(add(fixture, next, ['a-0'])), 'CONCURRENT_TRANSACTIONS');
    assert.equal(await outcomeOf(end(fixture, next, 'abort')), 'CONCURRENT_TRANSACTIONS');
    gate.resolve();
    await settle();
    const [marker] = fixture.markers;
    assert.deepEqual([marker?.producerId, marker?.producerEpoch], [5n, LAST_CLIENT_EPOCH + 1]);
    assert.deepEqual(await end(fixture, producer, 'commit'), next);
    await add(fixture, next, ['a-0']);
  });

  it('is carried on after a restart', async () => {
    const fixture = await createFixture();
    fixture.markerGate = new Promise(() => {});
    const producer = await init(fixture);
    await add(fixture, producer, ['a-0', 'b-0']);
    await end(fixture, producer, 'commit');
    await settle();
    assert.deepEqual(fixture.markers, []);
    fixture.markerGate = undefined;
    await fixture.restart();
    await settle();
    assert.deepEqual(places(fixture, true), ['a-0', 'b-0']);
    assert.equal(await stateOf(fixture), 'CompleteCommit');
  });

  it('is tried again in partitions that cannot take it yet, and given up in those that a newer producer has', async () => {
    const fixture = await createFixture();
    fixture.markerErrors.set('a-0', new KafkaError('NOT_LEADER_OR_FOLLOWER'));
    fixture.markerErrors.set('b-0', new KafkaError('INVALID_PRODUCER_EPOCH'));
    const producer = await init(fixture);
    await add(fixture, producer, ['a-0', 'b-0', 'c-0']);
    await end(fixture, producer, 'abort');
    await settle();
    assert.deepEqual(places(fixture, false), ['c-0']);
    assert.equal(await stateOf(fixture), 'PrepareAbort');
    fixture.markerErrors.clear();
    await fixture.clock.advanceAndSettle(1000);
    assert.deepEqual(places(fixture, false), ['c-0', 'a-0']);
    assert.equal(await stateOf(fixture), 'CompleteAbort');
  });

  it('is not begun by a coordinator whose log has lost the decision', async () => {
    const fixture = await createFixture();
    const producer = await init(fixture);
    await add(fixture, producer, ['a-0']);
    fixture.log.isHolding = true;
    const answer = outcomeOf(end(fixture, producer, 'commit'));
    await settle();
    fixture.log.isHolding = false;
    fixture.log.fail(new KafkaError('KAFKA_STORAGE_ERROR'));
    assert.equal(await answer, 'NOT_COORDINATOR');
    await settle();
    assert.deepEqual(fixture.markers, []);
    assert.equal(await stateOf(fixture), 'Ongoing');
  });

  it('writes what brokers before KIP-890 read where the cluster has not finalized it', async () => {
    const fixture = await createFixture({}, 0);
    const producer = await init(fixture);
    await add(fixture, producer, ['a-0'], 0);
    assert.equal(await outcomeOf(init(fixture)), 'CONCURRENT_TRANSACTIONS');
    await settle();
    assert.deepEqual(
      fixture.markers.map(({ producerEpoch, isCommit }) => [producerEpoch, isCommit]),
      [[1, false]],
    );
    assert.deepEqual(
      fixture.log.records(0).map(({ value }) => value?.readInt16BE(0)),
      [0, 0, 0, 0],
    );
    assert.equal((await init(fixture)).producerEpoch, 2);
  });
});
