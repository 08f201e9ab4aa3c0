import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alterShareGroupOffsets, deleteRecords, deleteTopics, shareGroupHeartbeat } from '../../protocol/index.ts';
import { ACKNOWLEDGE_TYPE } from '../share/acknowledge-records.ts';
import { SHARE_GROUP, ShareConsumer, type ShareGroupOptions, startShareGroup } from '../testing/share-groups.ts';
import { batchOf, produceTo } from '../testing/topics.ts';
import { beginProducer, endTransaction, write } from '../testing/transactions.ts';

const { accept, gap, reject, release, renew } = ACKNOWLEDGE_TYPE;
const ORDERS = { topic: 'orders' };
/** Kafka's `group.share.record.lock.duration.ms`. */
const LOCK_MS = 30_000;
const RECORD_LIMIT_MODE = 1;

async function start(options: ShareGroupOptions = {}) {
  const started = await startShareGroup(options);
  const { broker, client, topicId } = started;
  const consumer = new ShareConsumer(client, 'member');
  type Options = Parameters<ShareConsumer['fetch']>[1];
  /** Waits for the first load of the share partition, but not for records. */
  const take = (fields: Options = {}, by = consumer) => broker.settle(by.fetch(topicId, { maxWaitMs: 100, ...fields }));
  return { ...started, consumer, take };
}

describe('ShareFetch', () => {
  it('gives records to a member, which gets them no more when it has accepted them', async () => {
    const { broker, client, topicId, consumer, take } = await start();
    await using _ = broker;
    await produceTo(client, ORDERS, batchOf(['a', 'b', 'c']));
    const first = await take();
    assert.deepEqual(first.values, ['a', 'b', 'c']);
    assert.deepEqual(first.acquired, ['0-2*1']);
    const batches = [
      [0, 0, accept],
      [1, 2, release],
    ] as const;
    assert.equal(await consumer.acknowledge(topicId, batches), 'NONE');
    assert.deepEqual((await consumer.fetch(topicId)).acquired, ['1-2*2']);
  });

  it('reads no more at once than the memory for requests and answers allows', async () => {
    const settings = { 'socket.request.max.bytes': '100000', 'queued.max.request.bytes': '100000' };
    const { broker, client, take } = await start({ settings });
    await using _ = broker;
    // A batch has 40 KB, in its key and its value; of the memory, seven eighths are for those who are known.
    for (let index = 0; index < 4; index++) await produceTo(client, ORDERS, batchOf(['x'.repeat(20_000)]));
    assert.deepEqual((await take()).acquired, ['0-1*1']);
    assert.deepEqual((await take()).acquired, ['2-3*1']);
  });

  it('takes acknowledgements on the way, one for a batch or one for each record', async () => {
    const { broker, client, topicId, consumer, take } = await start();
    await using _ = broker;
    await produceTo(client, ORDERS, batchOf(['a', 'b', 'c', 'd', 'e']));
    await take();
    const { acknowledgeError, acquired } = await take({ acknowledge: [[0, 4, accept, release, reject, release, gap]] });
    assert.equal(acknowledgeError, 'NONE');
    assert.deepEqual(acquired, ['1-1*2', '3-3*2']);
    assert.equal(await consumer.acknowledge(topicId, [[1, 3, accept, gap, accept]]), 'INVALID_RECORD_STATE');
    assert.equal(await consumer.acknowledge(topicId, [[1, 1, accept]]), 'NONE');
  });

  it('shares one partition among members, who never have the same record', async () => {
    const { broker, client, take } = await start();
    await using _ = broker;
    const other = new ShareConsumer(await broker.connect(), 'other');
    for (const value of ['a', 'b', 'c', 'd']) await produceTo(client, ORDERS, batchOf([value]));
    assert.deepEqual((await take({ maxRecords: 2 })).values, ['a', 'b']);
    assert.deepEqual((await take({ maxRecords: 2 }, other)).values, ['c', 'd']);
    assert.deepEqual((await take({ maxWaitMs: 0 })).acquired, []);
  });

  it('gives whole batches, unless the number of records is asked to be exact', async () => {
    const { broker, client, take } = await start();
    await using _ = broker;
    await produceTo(client, ORDERS, batchOf(['a', 'b', 'c']));
    await produceTo(client, ORDERS, batchOf(['d', 'e', 'f']));
    assert.deepEqual((await take({ maxRecords: 1 })).acquired, ['0-2*1']);
    const exact = await take({ maxRecords: 2, shareAcquireMode: RECORD_LIMIT_MODE });
    assert.deepEqual(exact.acquired, ['3-4*1']);
    assert.deepEqual(exact.values, ['d', 'e', 'f'], 'a batch of the log is never cut, only what is acquired of it');
  });

  it('waits for records, and wakes up when some are written', async () => {
    const { broker, take } = await start();
    await using _ = broker;
    await take({ maxWaitMs: 0 });
    const producer = await broker.connect();
    const waiting = take({ maxWaitMs: 5000 });
    await produceTo(producer, ORDERS, batchOf(['a']));
    assert.deepEqual((await waiting).values, ['a']);
  });

  it('waits where the log ends before what the group is done with, as a power cut may leave it', async () => {
    const { broker, client, take } = await start();
    await using _ = broker;
    await produceTo(client, ORDERS, batchOf(['a']));
    const startOffset = 2n;
    await client.send(shareGroupHeartbeat, 1, { groupId: SHARE_GROUP, memberId: 'member', memberEpoch: -1 });
    const topics = [{ topicName: ORDERS.topic, partitions: [{ partitionIndex: 0, startOffset }] }];
    const { responses } = await client.send(alterShareGroupOffsets, 0, { groupId: SHARE_GROUP, topics });
    assert.equal(responses[0]?.partitions[0]?.errorCode, 0);
    const producer = await broker.connect();
    const waiting = take({ maxWaitMs: 5000 });
    for (const value of ['b', 'c']) await produceTo(producer, ORDERS, batchOf([value]));
    const { error, values } = await waiting;
    assert.deepEqual([error, values], ['NONE', ['c']]);
  });

  it('gives every member that waits its part, when there are many', async () => {
    const { broker, client, take } = await start();
    await using _ = broker;
    const members: ShareConsumer[] = [];
    for (let count = 0; count < 20; count++) members.push(new ShareConsumer(await broker.connect(), `member-${count}`));
    for (const member of members) await take({ maxWaitMs: 0 }, member);
    const options = { maxWaitMs: 5000, maxRecords: 1, shareAcquireMode: RECORD_LIMIT_MODE };
    const waiting = members.map((member) => take(options, member));
    await broker.clock.advanceAndSettle(0);
    await produceTo(client, ORDERS, batchOf(members.map((_, index) => `${index}`)));
    const acquired = (await Promise.all(waiting)).flatMap((fetched) => fetched.acquired);
    const sorted = acquired.sort((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10));
    assert.deepEqual(
      sorted,
      members.map((_, offset) => `${offset}-${offset}*1`),
    );
  });

  it('keeps to the bytes that are asked for, and begins with another partition each time', async () => {
    const { broker, client, take } = await start({ partitions: 2 });
    await using _ = broker;
    for (const partition of [0, 1]) await take({ partition, maxWaitMs: 0 });
    await broker.clock.advanceAndSettle(0);
    for (const partition of [0, 1]) await produceTo(client, { ...ORDERS, partition }, batchOf([`of ${partition}`]));
    assert.deepEqual((await take({ partition: 0, maxBytes: 1 })).values, ['of 0']);
    assert.deepEqual((await take({ partition: 1, maxBytes: 1 })).values, ['of 1']);
  });

  it('wakes up when another member gives records back', async () => {
    const { broker, client, topicId, consumer, take } = await start();
    await using _ = broker;
    const other = new ShareConsumer(await broker.connect(), 'other');
    await produceTo(client, ORDERS, batchOf(['a']));
    await take();
    const waiting = take({ maxWaitMs: 5000 }, other);
    assert.equal(await consumer.acknowledge(topicId, [[0, 0, release]]), 'NONE');
    assert.deepEqual((await waiting).acquired, ['0-0*2']);
  });

  it('takes records back from a member whose lock is over, and gives them up after the last delivery', async () => {
    const { broker, client, topicId, consumer, take } = await start({
      groupConfigs: { 'share.delivery.count.limit': '3' },
    });
    await using _ = broker;
    await produceTo(client, ORDERS, batchOf(['a', 'b']));
    assert.deepEqual((await take()).acquired, ['0-1*1']);
    await broker.clock.advanceAndSettle(LOCK_MS);
    assert.equal(await consumer.acknowledge(topicId, [[0, 1, accept]]), 'INVALID_RECORD_STATE');
    assert.deepEqual((await take()).acquired, ['0-1*2']);
    await broker.clock.advanceAndSettle(LOCK_MS);
    assert.deepEqual((await take()).acquired, ['0-0*3'], 'what keeps failing is given out alone');
    assert.deepEqual((await take()).acquired, ['1-1*3']);
    await broker.clock.advanceAndSettle(LOCK_MS);
    assert.deepEqual((await consumer.fetch(topicId)).acquired, []);
  });

  it('keeps a record for longer when the member renews its lock', async () => {
    const { broker, client, topicId, consumer, take } = await start();
    await using _ = broker;
    await produceTo(client, ORDERS, batchOf(['a']));
    await take();
    await broker.clock.advanceAndSettle(LOCK_MS - 1);
    const renewal = { isRenewAck: true, acknowledge: [[0, 0, renew]] as const };
    const refused = await consumer.fetch(topicId, { ...renewal, maxRecords: 0, maxBytes: 0, minBytes: 1 });
    assert.equal(refused.error, 'INVALID_REQUEST', 'nothing but the renewal may be asked for');
    const renewed = await consumer.fetch(topicId, { ...renewal, maxRecords: 0, maxBytes: 0, minBytes: 0 });
    assert.equal(renewed.acknowledgeError, 'NONE');
    await broker.clock.advanceAndSettle(LOCK_MS - 1);
    assert.equal(await consumer.acknowledge(topicId, [[0, 0, accept]]), 'NONE');
  });

  it('gives out no more new records than may be under way', async () => {
    const { broker, client, topicId, consumer, take } = await start({
      groupConfigs: { 'share.partition.max.record.locks': '100' },
    });
    await using _ = broker;
    for (let batch = 0; batch < 3; batch++) await produceTo(client, ORDERS, batchOf(Array(60).fill('x')));
    assert.deepEqual((await take()).acquired, ['0-119*1'], 'the batch in which the limit is reached is given whole');
    assert.deepEqual((await take({ maxWaitMs: 0 })).acquired, []);
    assert.equal(await consumer.acknowledge(topicId, [[1, 119, accept]]), 'NONE');
    assert.deepEqual((await take({ maxWaitMs: 0 })).acquired, [], 'the first record holds back the others');
    assert.equal(await consumer.acknowledge(topicId, [[0, 0, accept]]), 'NONE');
    assert.deepEqual((await take()).acquired, ['120-179*1']);
  });

  it('tells what it acquires in pieces of about the batch size', async () => {
    const { broker, client, take } = await start();
    await using _ = broker;
    for (let batch = 0; batch < 4; batch++) await produceTo(client, ORDERS, batchOf(['a', 'b', 'c']));
    assert.deepEqual((await take({ batchSize: 5 })).acquired, ['0-5*1', '6-11*1']);
  });

  it('leaves out aborted transactions and waits for open ones when the group reads what is committed', async () => {
    const { broker, client, take } = await start({ groupConfigs: { 'share.isolation.level': 'read_committed' } });
    await using _ = broker;
    let producer = await beginProducer(broker, client);
    await write(broker, client, producer, 'aborted');
    producer = await endTransaction(broker, client, producer, 'abort');
    await write(broker, client, producer, 'committed');
    producer = await endTransaction(broker, client, producer, 'commit');
    await write(broker, client, producer, 'open');
    const { acquired } = await take();
    assert.deepEqual(acquired, ['1-3*1'], 'the markers behind the records are for the client to pass over');
  });

  it('begins at the end of the log, at its beginning or so long ago as the group wants', async () => {
    const resets = { latest: ['c'], earliest: ['a', 'b', 'c'], 'by_duration:PT1M': ['b', 'c'] };
    for (const [reset, values] of Object.entries(resets)) {
      const { broker, client, topicId, consumer, take } = await start({
        groupConfigs: { 'share.auto.offset.reset': reset },
      });
      await using _ = broker;
      const nowMs = broker.clock.now();
      await produceTo(client, ORDERS, batchOf(['a'], { firstTimestamp: BigInt(nowMs - 120_000) }));
      await produceTo(client, ORDERS, batchOf(['b'], { firstTimestamp: BigInt(nowMs - 30_000) }));
      await broker.settle(consumer.fetch(topicId, { maxRecords: 0 }));
      await broker.clock.advanceAndSettle(0);
      await produceTo(client, ORDERS, batchOf(['c'], { firstTimestamp: BigInt(nowMs) }));
      assert.deepEqual((await take()).values, values, reset);
    }
  });

  it('goes on behind records that were deleted', async () => {
    const { broker, client, topicId, consumer, take } = await start();
    await using _ = broker;
    for (const value of ['a', 'b', 'c']) await produceTo(client, ORDERS, batchOf([value]));
    await take({ maxRecords: 1, shareAcquireMode: RECORD_LIMIT_MODE });
    assert.equal(await consumer.acknowledge(topicId, [[0, 0, release]]), 'NONE');
    const partitions = [{ partitionIndex: 0, offset: 2n }];
    await client.send(deleteRecords, 2, { topics: [{ name: 'orders', partitions }], timeoutMs: 1000 });
    const found = await take({ maxWaitMs: 0 });
    assert.deepEqual(found.acquired.length > 0 ? found.acquired : (await take()).acquired, ['2-2*1']);
  });

  it('gives back what a member has when its connection ends', async () => {
    const { broker, client, take } = await start();
    await using _ = broker;
    const lost = await broker.connect();
    await produceTo(client, ORDERS, batchOf(['a']));
    assert.deepEqual((await take({}, new ShareConsumer(lost, 'lost'))).acquired, ['0-0*1']);
    lost.close();
    assert.deepEqual((await take()).acquired, ['0-0*2']);
  });

  it('tells of topics and partitions that are not there, and reads the others', async () => {
    const { broker, client, topicId, consumer, take } = await start();
    await using _ = broker;
    assert.equal((await take({ partition: 7, maxWaitMs: 0 })).error, 'UNKNOWN_TOPIC_OR_PARTITION');
    await client.send(deleteTopics, 5, { topicNames: ['orders'], timeoutMs: 1000 });
    assert.equal((await consumer.fetch(topicId)).error, 'UNKNOWN_TOPIC_ID');
  });

  it('holds a session against its epochs', async () => {
    const { broker, topicId, consumer, take } = await start();
    await using _ = broker;
    await take({ maxWaitMs: 0 });
    assert.equal((await consumer.fetch(topicId, { shareSessionEpoch: 7 })).error, 'INVALID_SHARE_SESSION_EPOCH');
    const stranger = new ShareConsumer(consumer.client, 'stranger');
    assert.equal((await stranger.fetch(topicId, { shareSessionEpoch: 1 })).error, 'SHARE_SESSION_NOT_FOUND');
    const first = await stranger.fetch(topicId, { acknowledge: [[0, 0, accept]] });
    assert.equal(first.error, 'INVALID_REQUEST', 'nothing can have been acquired before the session');
    assert.equal((await stranger.fetch(topicId, { memberId: '' })).error, 'INVALID_REQUEST');
  });

  it('has room for so many sessions', async () => {
    const { broker, consumer, take } = await start({ settings: { 'group.share.max.share.sessions': '1' } });
    await using _ = broker;
    await take({ maxWaitMs: 0 });
    const other = new ShareConsumer(await broker.connect(), 'other');
    assert.equal((await take({ maxWaitMs: 0 }, other)).error, 'SHARE_SESSION_LIMIT_REACHED');
    await consumer.close();
    assert.equal((await take({ maxWaitMs: 0 }, other)).error, 'NONE');
  });
});
