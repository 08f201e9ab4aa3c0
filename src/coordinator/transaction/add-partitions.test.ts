import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  add,
  createFixture,
  end,
  ID,
  init,
  outcomeOf,
  settle,
  type TransactionFixture,
} from './transaction-fixture.ts';

async function verify({ coordinator }: TransactionFixture, producer: { producerId: bigint; producerEpoch: number }) {
  const partitions = [
    { topic: 'a', partition: 0 },
    { topic: 'a', partition: 1 },
  ];
  return outcomeOf(coordinator.verifyPartitions({ transactionalId: ID, ...producer, partitions }));
}

describe('the partitions of a transaction', () => {
  it('are gathered, and kept through a restart', async () => {
    const fixture = await createFixture();
    const producer = await init(fixture);
    await add(fixture, producer, ['a-0', 'b-2']);
    await add(fixture, producer, ['a-1', 'a-0']);
    await fixture.restart();
    const { topics, transactionState } = await fixture.coordinator.describeTransaction(ID);
    assert.equal(transactionState, 'Ongoing');
    assert.deepEqual(topics, [
      { topic: 'a', partitions: [0, 1] },
      { topic: 'b', partitions: [2] },
    ]);
  });

  it('are not logged again when they are known', async () => {
    const fixture = await createFixture();
    const producer = await init(fixture);
    await add(fixture, producer, ['a-0', 'a-1']);
    const before = fixture.log.records(0).length;
    await add(fixture, producer, ['a-1']);
    assert.equal(fixture.log.records(0).length, before);
  });

  it('are forgotten with its end, and the time of the next begins with its first partition', async () => {
    const fixture = await createFixture();
    const producer = await init(fixture);
    await add(fixture, producer, ['a-0']);
    const next = await end(fixture, producer, 'commit');
    await settle();
    assert.deepEqual((await fixture.coordinator.describeTransaction(ID)).topics, []);
    fixture.clock.advance(500);
    await add(fixture, next, ['b-0']);
    const { transactionStartTimeMs } = await fixture.coordinator.describeTransaction(ID);
    assert.equal(transactionStartTimeMs, BigInt(fixture.clock.now()));
  });

  it('are not those of another producer', async () => {
    const fixture = await createFixture();
    const producer = await init(fixture);
    assert.equal(
      await outcomeOf(add(fixture, { ...producer, producerId: 5n }, ['a-0'])),
      'INVALID_PRODUCER_ID_MAPPING',
    );
    assert.equal(await outcomeOf(add(fixture, { ...producer, producerEpoch: 9 }, ['a-0'])), 'PRODUCER_FENCED');
    const unknown = fixture.coordinator.addPartitions({ transactionalId: 'unknown', ...producer, partitions: [] }, 2);
    assert.equal(await outcomeOf(unknown), 'INVALID_PRODUCER_ID_MAPPING');
    const nameless = fixture.coordinator.addPartitions({ transactionalId: '', ...producer, partitions: [] }, 2);
    assert.equal(await outcomeOf(nameless), 'INVALID_REQUEST');
  });

  it('can be asked for one by one', async () => {
    const fixture = await createFixture();
    const producer = await init(fixture);
    assert.deepEqual(await verify(fixture, producer), ['TRANSACTION_ABORTABLE', 'TRANSACTION_ABORTABLE']);
    await add(fixture, producer, ['a-1']);
    assert.deepEqual(await verify(fixture, producer), ['TRANSACTION_ABORTABLE', 'NONE']);
    assert.equal(await verify(fixture, { ...producer, producerEpoch: 9 }), 'PRODUCER_FENCED');
    fixture.markerGate = new Promise(() => {});
    const next = await end(fixture, producer, 'commit');
    assert.equal(await verify(fixture, next), 'CONCURRENT_TRANSACTIONS');
  });
});
