import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errorName, shareAcknowledge } from '../../protocol/index.ts';
import { ACKNOWLEDGE_TYPE } from '../share/acknowledge-records.ts';
import { SHARE_GROUP, ShareConsumer, startShareGroup } from '../testing/share-groups.ts';
import { TestBroker } from '../testing/test-broker.ts';
import { batchOf, produceTo } from '../testing/topics.ts';

const { accept, gap, reject, release, renew } = ACKNOWLEDGE_TYPE;
/** Kafka's `group.share.record.lock.duration.ms`. */
const LOCK_MS = 30_000;

/** A member that has acquired five records. */
async function start(groupConfigs: Readonly<Record<string, string>> = {}) {
  const started = await startShareGroup({ groupConfigs });
  const { broker, client, topicId } = started;
  const consumer = new ShareConsumer(client, 'member');
  await produceTo(client, { topic: 'orders' }, batchOf(['a', 'b', 'c', 'd', 'e']));
  assert.deepEqual((await broker.settle(consumer.fetch(topicId, { maxWaitMs: 100 }))).acquired, ['0-4*1']);
  return { ...started, consumer };
}

describe('ShareAcknowledge', () => {
  it('says of records one for all or one for each', async () => {
    const { broker, topicId, consumer } = await start();
    await using _ = broker;
    assert.equal(await consumer.acknowledge(topicId, [[0, 0, accept]]), 'NONE');
    assert.equal(await consumer.acknowledge(topicId, [[1, 4, reject, release, gap, release]]), 'NONE');
    assert.deepEqual((await consumer.fetch(topicId)).acquired, ['2-2*2', '4-4*2']);
  });

  it('holds as a whole or not at all', async () => {
    const { broker, topicId, consumer } = await start();
    await using _ = broker;
    await consumer.acknowledge(topicId, [[3, 3, accept]]);
    const withDone = [
      [0, 1, accept],
      [2, 3, accept],
    ] as const;
    assert.equal(await consumer.acknowledge(topicId, withDone), 'INVALID_RECORD_STATE');
    assert.equal(await consumer.acknowledge(topicId, [[0, 2, accept]]), 'NONE');
  });

  it('is refused for what was never given out, or to somebody else', async () => {
    const { broker, topicId, consumer } = await start();
    await using _ = broker;
    assert.equal(await consumer.acknowledge(topicId, [[0, 5, accept]]), 'INVALID_REQUEST');
    const other = new ShareConsumer(await broker.connect(), 'other');
    assert.deepEqual((await other.fetch(topicId)).acquired, []);
    assert.equal(await other.acknowledge(topicId, [[0, 0, accept]]), 'INVALID_RECORD_STATE');
  });

  it('is refused when it makes no sense', async () => {
    const { broker, topicId, consumer } = await start();
    await using _ = broker;
    const senseless = [
      [[2, 1, accept]],
      [[0, 2, accept, accept]],
      [[0, 0, 5]],
      [[0, 0]],
      [
        [2, 3, accept],
        [0, 1, accept],
      ],
    ] as const;
    for (const batches of senseless)
      assert.equal(await consumer.acknowledge(topicId, batches), 'INVALID_REQUEST', JSON.stringify(batches));
    const unannounced = await consumer.acknowledge(topicId, [[0, 0, renew]]);
    assert.equal(unannounced, 'INVALID_REQUEST', 'the request must say that it renews');
    const old = await consumer.acknowledge(topicId, [[0, 0, renew]], { version: 1 });
    assert.equal(old, 'INVALID_REQUEST', 'v1 does not renew');
  });

  it('is passed over for what the group is done with for good', async () => {
    const { broker, topicId, consumer } = await start();
    await using _ = broker;
    assert.equal(await consumer.acknowledge(topicId, [[0, 1, accept]]), 'NONE');
    assert.equal(await consumer.acknowledge(topicId, [[0, 1, accept]]), 'NONE');
    assert.equal(await consumer.acknowledge(topicId, [[0, 2, release]]), 'NONE');
    assert.deepEqual((await consumer.fetch(topicId)).acquired, ['2-2*2']);
  });

  it('renews locks, where the group allows that', async () => {
    const allowed = await start();
    await using _ = allowed.broker;
    await allowed.broker.clock.advanceAndSettle(LOCK_MS - 1);
    const { consumer, topicId } = allowed;
    assert.equal(await consumer.acknowledge(topicId, [[0, 1, renew]], { isRenewAck: true }), 'NONE');
    await allowed.broker.clock.advanceAndSettle(LOCK_MS - 1);
    assert.equal(await consumer.acknowledge(topicId, [[2, 2, accept]]), 'INVALID_RECORD_STATE');
    assert.equal(await consumer.acknowledge(topicId, [[0, 1, accept]]), 'NONE');

    const refused = await start({ 'share.renew.acknowledge.enable': 'false' });
    await using __ = refused.broker;
    const said = await refused.consumer.acknowledge(refused.topicId, [[0, 1, renew]], { isRenewAck: true });
    assert.equal(said, 'INVALID_RECORD_STATE');
  });

  it('ends a session and gives back the rest with its last request', async () => {
    const { broker, topicId, consumer } = await start();
    await using _ = broker;
    await consumer.close();
    assert.equal(await consumer.acknowledge(topicId, [[0, 0, accept]]), 'SHARE_SESSION_NOT_FOUND');
    const other = new ShareConsumer(await broker.connect(), 'other');
    assert.deepEqual((await broker.settle(other.fetch(topicId, { maxWaitMs: 100 }))).acquired, ['0-4*2']);
  });

  it('cannot open a session, and is held against its epoch', async () => {
    const { broker, client, topicId } = await start();
    await using _ = broker;
    const about = { groupId: SHARE_GROUP, memberId: 'member', topics: [{ topicId, partitions: [] }] };
    for (const shareSessionEpoch of [0, 9]) {
      const { errorCode } = await client.send(shareAcknowledge, 2, { ...about, shareSessionEpoch });
      assert.equal(errorName(errorCode), 'INVALID_SHARE_SESSION_EPOCH');
    }
  });

  it('counts after a restart of the broker, what was not acknowledged is given out again', async () => {
    const { broker, topicId, consumer } = await start();
    assert.equal(await consumer.acknowledge(topicId, [[0, 2, accept, release, accept]]), 'NONE');
    await broker[Symbol.asyncDispose]();
    await using again = await TestBroker.start({ disk: broker.disk, clock: broker.clock });
    const other = new ShareConsumer(await again.connect(), 'other');
    const { acquired } = await again.settle(other.fetch(topicId, { maxWaitMs: 100 }));
    assert.deepEqual(acquired, ['1-1*2', '3-4*2'], 'the stop has ended the session');
  });
});
