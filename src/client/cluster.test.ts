import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '../platform/index.ts';
import { findCoordinator, KafkaError, listGroups, metadata } from '../protocol/index.ts';
import { Cluster } from './cluster.ts';
import { BootstrapError, ClientError, ConnectionError, TimeoutError } from './errors.ts';
import { NODE_ID, ScriptedBroker } from './testing/scripted-broker.ts';
import { settled } from './testing/settled.ts';
import { testWorld } from './testing/test-client.ts';

test('metadata is asked for once, and again after an error that shows it to be wrong', async () => {
  const { broker, options } = await testWorld();
  await using cluster = new Cluster(options);
  const [first, second] = await Promise.all([cluster.metadata(), cluster.metadata()]);
  assert.equal(first, second);
  assert.equal(first.brokers.get(NODE_ID)?.port, broker.address.port);
  assert.equal(broker.count(metadata), 1);
  cluster.noticeError(new KafkaError('NOT_LEADER_OR_FOLLOWER'));
  await cluster.metadata();
  assert.equal(broker.count(metadata), 2);
});

test('many askers for one topic share a question, and later ones its answer', async () => {
  const { broker, options } = await testWorld();
  broker.topics.set('orders', 2);
  await using cluster = new Cluster(options);
  await Promise.all(Array.from({ length: 10 }, () => cluster.topics.get('orders')));
  assert.equal((await cluster.topics.get('orders')).partitions.length, 2);
  assert.equal(broker.count(metadata), 1);
});

test('topics that are too old are asked for again', async () => {
  const { broker, options, clock } = await testWorld();
  broker.topics.set('orders', 2);
  await using cluster = new Cluster({ ...options, metadataMaxAgeMs: 1000 });
  await cluster.topics.get('orders');
  clock.advance(1001);
  assert.equal(cluster.topics.peek('orders'), undefined);
});

test('a missing topic and a missing partition are errors that can be retried', async () => {
  const { broker, options } = await testWorld();
  broker.topics.set('orders', 1);
  await using cluster = new Cluster(options);
  const isUnknown = (error: unknown) => error instanceof KafkaError && error.code === 'UNKNOWN_TOPIC_OR_PARTITION';
  await assert.rejects(cluster.topics.get('nothing'), isUnknown);
  await assert.rejects(cluster.topics.leader('orders', 7), isUnknown);
});

test('the bootstrap list is tried until one answers', async () => {
  const { network, options } = await testWorld();
  await ScriptedBroker.start(network, 9100);
  await using cluster = new Cluster({ ...options, bootstrapServers: ['broker:9101', 'broker:9102', 'broker:9100'] });
  assert.equal((await cluster.metadata()).clusterId, 'test-cluster');
});

test('a client that is sent back to the bootstrap servers asks nobody else', async () => {
  const { network, options, clock, broker } = await testWorld();
  const other = await ScriptedBroker.start(network, 9100);
  other.on(metadata, () => ({ errorCode: 129, brokers: [], clusterId: null, controllerId: -1, topics: [] }));
  broker.others.set(2, other);
  await using cluster = new Cluster(options);
  await cluster.metadata();
  await broker.stop();
  await settled(clock, sleep(clock, 1));
  cluster.forget();
  await assert.rejects(settled(clock, cluster.metadata()), { name: 'TimeoutError', retriable: true });
  await assert.rejects(settled(clock, cluster.metadata()), ConnectionError);
  assert.equal(other.count(metadata), 1);
  await broker.startAgain(network);
  assert.equal((await settled(clock, cluster.metadata())).brokers.size, 2);
});

test('retriable failures are tried again until the time is over, then TimeoutError has the last one as its cause', async () => {
  const { options, clock } = await testWorld();
  await using cluster = new Cluster({ ...options, apiTimeoutMs: 5000 });
  let attempts = 0;
  const failing = cluster.retry('do it', {}, async () => {
    attempts++;
    throw new KafkaError('NOT_CONTROLLER');
  });
  await assert.rejects(
    settled(clock, failing),
    (error) => error instanceof TimeoutError && error.cause instanceof KafkaError,
  );
  // Waits of 100, 200, 400, 800 and then 1,000 ms.
  assert.ok(attempts >= 6 && attempts <= 10, `${attempts} attempts`);
});

test('an error that no retry helps is given at once', async () => {
  const { options } = await testWorld();
  await using cluster = new Cluster(options);
  const failing = cluster.retry('do it', {}, async () => {
    throw new KafkaError('TOPIC_AUTHORIZATION_FAILED');
  });
  await assert.rejects(failing, (error) => error instanceof KafkaError && error.code === 'TOPIC_AUTHORIZATION_FAILED');
});

test('a broker that went away is connected to again', async () => {
  const { broker, options, clock } = await testWorld();
  broker.on(listGroups, () => ({ errorCode: 0, groups: [] }));
  await using cluster = new Cluster(options);
  const list = () => cluster.retry('list groups', {}, () => cluster.sendToNode(NODE_ID, listGroups, {}));
  await list();
  broker.disconnectAll();
  await settled(clock, list());
  assert.equal(broker.count(listGroups), 2);
});

test('without any broker a call ends with the time that it has', async () => {
  const { broker, options, clock } = await testWorld();
  await broker.stop();
  await using cluster = new Cluster({ ...options, apiTimeoutMs: 3000 });
  const asking = cluster.retry('ask', {}, () => cluster.metadata());
  await assert.rejects(
    settled(clock, asking),
    (error) => error instanceof TimeoutError && error.cause instanceof ConnectionError,
  );
});

test('with a bootstrap timeout a call ends early when no broker was ever reached', async () => {
  const { broker, options, clock } = await testWorld();
  await broker.stop();
  await using cluster = new Cluster({ ...options, bootstrapTimeoutMs: 500 });
  const startMs = clock.monotonic();
  await assert.rejects(
    settled(
      clock,
      cluster.retry('ask', {}, () => cluster.metadata()),
    ),
    BootstrapError,
  );
  assert.ok(clock.monotonic() - startMs < 3000);
});

test('the coordinator is remembered, and found again after it moved', async () => {
  const { broker, options } = await testWorld();
  await using cluster = new Cluster(options);
  await cluster.findCoordinator('group', 'g');
  await cluster.findCoordinator('group', 'g');
  assert.equal(broker.count(findCoordinator), 1);
  cluster.noticeError(new KafkaError('NOT_COORDINATOR'));
  await cluster.findCoordinator('group', 'g');
  assert.equal(broker.count(findCoordinator), 2);
});

test('an old broker is asked for one coordinator at a time, in its own words', async () => {
  const { broker, options } = await testWorld();
  broker.served.set(findCoordinator.key, { min: 0, max: 2 });
  await using cluster = new Cluster(options);
  assert.equal((await cluster.findCoordinator('group', 'g')).id, NODE_ID);
});

test('an abort ends the wait of the one who aborts, not of others', async () => {
  const { broker, options, clock } = await testWorld();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  broker.on(metadata, async () => {
    await released;
    return {
      brokers: [{ nodeId: NODE_ID, ...broker.address, rack: null }],
      controllerId: NODE_ID,
      clusterId: 'c',
      topics: [],
    };
  });
  await using cluster = new Cluster(options);
  const stop = new AbortController();
  const aborted = cluster.metadata(stop.signal);
  const other = cluster.metadata();
  stop.abort(new Error('enough'));
  await assert.rejects(aborted, /enough/);
  release();
  assert.equal((await settled(clock, other)).clusterId, 'c');
});

test('a closed client refuses to work, and leaves no timer behind', async () => {
  const { options, clock, broker } = await testWorld();
  const cluster = new Cluster(options);
  await cluster.metadata();
  await cluster[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
  await assert.rejects(cluster.sendToAny(metadata, { topics: [] }), ClientError);
  assert.equal(clock.pendingTimers, 0);
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(broker.openConnections, 0);
});
