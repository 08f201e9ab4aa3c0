import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { add, createFixture, end, ID, init, outcomeOf, settle, stateOf, TIMEOUT_MS } from './transaction-fixture.ts';

const HOUR_MS = 3600_000;

describe('time and transactions', () => {
  it('aborts a transaction that is open for longer than its timeout, and fences its producer', async () => {
    const fixture = await createFixture();
    const producer = await init(fixture);
    await add(fixture, producer, ['a-0']);
    await fixture.clock.advanceAndSettle(TIMEOUT_MS - 1);
    assert.equal(await stateOf(fixture), 'Ongoing');
    await fixture.clock.advanceAndSettle(20_000);
    await settle();
    assert.equal(await stateOf(fixture), 'CompleteAbort');
    assert.deepEqual(
      fixture.markers.map(({ place, isCommit }) => [place, isCommit]),
      [['a-0', false]],
    );
    assert.equal(await outcomeOf(add(fixture, producer, ['a-0'])), 'PRODUCER_FENCED');
  });

  it('counts from the start of the transaction, also after a restart', async () => {
    const fixture = await createFixture();
    const producer = await init(fixture);
    await add(fixture, producer, ['a-0']);
    await fixture.clock.advanceAndSettle(TIMEOUT_MS - 1);
    await add(fixture, producer, ['a-1']);
    await fixture.restart();
    await fixture.clock.advanceAndSettle(20_000);
    await settle();
    assert.equal(await stateOf(fixture), 'CompleteAbort');
  });

  it('forgets a transactional id that nobody has used for long, with a tombstone', async () => {
    const fixture = await createFixture({ 'transactional.id.expiration.ms': String(10 * HOUR_MS) });
    const producer = await init(fixture);
    await fixture.clock.advanceAndSettle(9 * HOUR_MS);
    assert.equal(await stateOf(fixture), 'Empty');
    await fixture.clock.advanceAndSettle(2 * HOUR_MS);
    assert.equal(await stateOf(fixture), '');
    assert.equal(fixture.log.records(0).at(-1)?.value, null);
    assert.equal(await outcomeOf(add(fixture, producer, ['a-0'])), 'INVALID_PRODUCER_ID_MAPPING');
    assert.notEqual((await init(fixture)).producerId, producer.producerId);
  });

  it('keeps a transactional id whose transaction is not ended', async () => {
    const fixture = await createFixture({
      'transactional.id.expiration.ms': '1',
      'transaction.max.timeout.ms': '900000',
    });
    fixture.markerGate = new Promise(() => {});
    const producer = await init(fixture);
    await add(fixture, producer, ['a-0']);
    await end(fixture, producer, 'commit');
    await fixture.clock.advanceAndSettle(10 * HOUR_MS);
    assert.equal(await stateOf(fixture), 'PrepareCommit');
  });
});

describe('transactional ids', () => {
  it('are listed by state, producer, age and pattern', async () => {
    const fixture = await createFixture();
    const { coordinator, clock } = fixture;
    const producer = await init(fixture);
    await add(fixture, producer, ['a-0']);
    await coordinator.initProducerId({
      transactionalId: 'orders',
      timeoutMs: 1000,
      enablesTwoPhaseCommit: false,
      keepsPreparedTransaction: false,
      expected: undefined,
    });
    clock.advance(5000);
    const everything = {
      stateFilters: [] as string[],
      producerIdFilters: [] as bigint[],
      durationFilter: -1n,
      transactionalIdPattern: null as string | null,
    };
    const list = async (filters: Partial<typeof everything>) => {
      const response = await coordinator.listTransactions({ ...everything, ...filters });
      return response.transactionStates.map(({ transactionalId, transactionState }) => [
        transactionalId,
        transactionState,
      ]);
    };
    const ongoing = [ID, 'Ongoing'];
    const empty = ['orders', 'Empty'];
    assert.deepEqual(await list({}), [ongoing, empty]);
    assert.deepEqual(await list({ stateFilters: ['Ongoing'] }), [ongoing]);
    assert.deepEqual(await list({ producerIdFilters: [producer.producerId] }), [ongoing]);
    assert.deepEqual(await list({ durationFilter: 5000n, stateFilters: ['Ongoing'] }), []);
    assert.deepEqual(await list({ durationFilter: 4999n, stateFilters: ['Ongoing'] }), [ongoing]);
    assert.deepEqual(await list({ transactionalIdPattern: 'ord.*' }), [empty]);
    assert.deepEqual(await list({ transactionalIdPattern: 'rders' }), []);
    const unknown = await coordinator.listTransactions({ ...everything, stateFilters: ['Nonsense', 'Empty'] });
    assert.deepEqual(unknown.unknownStateFilters, ['Nonsense']);
    assert.equal(unknown.transactionStates.length, 1);
    const invalid = await coordinator.listTransactions({ ...everything, transactionalIdPattern: '(' });
    assert.equal(invalid.errorCode, 128);
  });

  it('that are unknown or empty are described as errors', async () => {
    const { coordinator } = await createFixture();
    assert.equal((await coordinator.describeTransaction('unknown')).errorCode, 105);
    assert.equal((await coordinator.describeTransaction('')).errorCode, 42);
  });
});
