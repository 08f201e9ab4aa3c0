import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  add,
  createFixture,
  end,
  ID,
  init,
  LAST_CLIENT_EPOCH,
  loadWith,
  outcomeOf,
  settle,
  stateOf,
} from './transaction-fixture.ts';
import { newTransaction } from './transaction-metadata.ts';

describe('a producer with a transactional id', () => {
  it('gets an id of its own with epoch 0, which outlives a restart', async () => {
    const fixture = await createFixture();
    const producer = await init(fixture);
    assert.deepEqual(producer, { producerId: 1000n, producerEpoch: 0 });
    await fixture.restart();
    assert.deepEqual(await init(fixture), { producerId: 1000n, producerEpoch: 1 });
  });

  it('fences the one before it', async () => {
    const fixture = await createFixture();
    const old = await init(fixture);
    const current = await init(fixture);
    assert.equal(await outcomeOf(add(fixture, old, ['a-0'])), 'PRODUCER_FENCED');
    await add(fixture, current, ['a-0']);
    assert.equal(await outcomeOf(end(fixture, old, 'commit')), 'PRODUCER_FENCED');
    assert.equal(await outcomeOf(end(fixture, old, 'commit', 0)), 'PRODUCER_FENCED');
  });

  it('has the open transaction of the one before it aborted, and is told to come back', async () => {
    const fixture = await createFixture();
    const old = await init(fixture);
    await add(fixture, old, ['a-0', 'b-1']);
    assert.equal(await outcomeOf(init(fixture)), 'CONCURRENT_TRANSACTIONS');
    await settle();
    assert.deepEqual(
      fixture.markers.map(({ place, isCommit, producerEpoch, coordinatorEpoch }) => [
        place,
        isCommit,
        producerEpoch,
        coordinatorEpoch,
      ]),
      [
        ['a-0', false, 1, 7],
        ['b-1', false, 1, 7],
      ],
    );
    assert.deepEqual(await init(fixture), { producerId: 1000n, producerEpoch: 2 });
  });

  it('is told to come back while the transaction before it ends', async () => {
    const fixture = await createFixture();
    const gate = Promise.withResolvers<void>();
    fixture.markerGate = gate.promise;
    const producer = await init(fixture);
    await add(fixture, producer, ['a-0']);
    await end(fixture, producer, 'commit');
    assert.equal(await stateOf(fixture), 'PrepareCommit');
    assert.equal(await outcomeOf(init(fixture)), 'CONCURRENT_TRANSACTIONS');
    gate.resolve();
    await settle();
    assert.deepEqual(await init(fixture), { producerId: 1000n, producerEpoch: 2 });
  });

  it('goes on from the epoch that it has, also when it repeats the request, unless another came in between (KIP-360)', async () => {
    const fixture = await createFixture();
    const first = await init(fixture);
    const second = await init(fixture, first);
    assert.equal(second.producerEpoch, 1);
    assert.deepEqual(await init(fixture, first), second);
    const other = await init(fixture);
    assert.equal(await outcomeOf(init(fixture, second)), 'PRODUCER_FENCED');
    assert.equal(await outcomeOf(init(fixture, { producerId: 5n, producerEpoch: 0 })), 'PRODUCER_FENCED');
    assert.equal((await init(fixture, other)).producerEpoch, other.producerEpoch + 1);
  });

  it('that nobody knows any more may bring an id, and gets a new one', async () => {
    const fixture = await createFixture();
    const expected = { producerId: 5n, producerEpoch: 17 };
    assert.deepEqual(await init(fixture, expected), { producerId: 1000n, producerEpoch: 0 });
  });

  it('gets a new id when the epochs of its id are used up, also when it repeats the request', async () => {
    const fixture = await createFixture();
    const used = newTransaction(ID, 5n, 1000, 0n);
    await loadWith(fixture, { ...used, producerEpoch: LAST_CLIENT_EPOCH });
    const expected = { producerId: 5n, producerEpoch: LAST_CLIENT_EPOCH };
    const renewed = await init(fixture, expected);
    assert.deepEqual(renewed, { producerId: 1000n, producerEpoch: 0 });
    assert.deepEqual(await init(fixture, expected), renewed);
  });

  it('may not ask for a timeout that is longer than the broker allows, or none', async () => {
    const fixture = await createFixture({ 'transaction.max.timeout.ms': '5000' });
    assert.equal(await outcomeOf(init(fixture, undefined, 5001)), 'INVALID_TRANSACTION_TIMEOUT');
    assert.equal(await outcomeOf(init(fixture, undefined, 0)), 'INVALID_TRANSACTION_TIMEOUT');
    assert.equal((await init(fixture, undefined, 5000)).producerEpoch, 0);
  });

  it('may have an outside coordinator decide only where the broker allows it (KIP-939)', async () => {
    const options = {
      transactionalId: ID,
      timeoutMs: 1000,
      enablesTwoPhaseCommit: true,
      keepsPreparedTransaction: false,
      expected: undefined,
    };
    const refusing = await createFixture();
    const { coordinator } = refusing;
    assert.equal(await outcomeOf(coordinator.initProducerId(options)), 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED');
    const allowing = await createFixture({ 'transaction.two.phase.commit.enable': 'true' });
    const producer = await allowing.coordinator.initProducerId(options);
    assert.equal((await allowing.coordinator.describeTransaction(ID)).transactionTimeoutMs, 2 ** 31 - 1);
    await add(allowing, producer, ['a-0']);
    await allowing.clock.advanceAndSettle(100 * 24 * 3600 * 1000);
    assert.equal(await stateOf(allowing), 'Ongoing');
    const keeping = allowing.coordinator.initProducerId({ ...options, keepsPreparedTransaction: true });
    assert.equal(await outcomeOf(keeping), 'UNSUPPORTED_VERSION');
  });

  it('is refused where there are as many as are remembered, until one expires', async () => {
    const fixture = await createFixture({
      'transaction.max.transactional.ids': '1',
      'transactional.id.expiration.ms': '1000',
      'transaction.remove.expired.transaction.cleanup.interval.ms': '1000',
    });
    await init(fixture);
    const other = () =>
      fixture.coordinator.initProducerId({
        transactionalId: 'other',
        timeoutMs: 1000,
        enablesTwoPhaseCommit: false,
        keepsPreparedTransaction: false,
        expected: undefined,
      });
    assert.equal(await outcomeOf(other()), 'POLICY_VIOLATION');
    assert.equal((await init(fixture)).producerEpoch, 1);
    await fixture.clock.advanceAndSettle(3000);
    assert.equal((await other()).producerEpoch, 0);
  });

  it('must not have an empty one', async () => {
    const { coordinator } = await createFixture();
    const options = {
      transactionalId: '',
      timeoutMs: 1000,
      enablesTwoPhaseCommit: false,
      keepsPreparedTransaction: false,
      expected: undefined,
    };
    assert.equal(await outcomeOf(coordinator.initProducerId(options)), 'INVALID_REQUEST');
  });
});
