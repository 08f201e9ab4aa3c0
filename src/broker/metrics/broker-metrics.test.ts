import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consumerGroupHeartbeat, findCoordinator } from '../../protocol/index.ts';
import { createPromMetrics } from '../../telemetry/index.ts';
import { ShareConsumer, startShareGroup } from '../testing/share-groups.ts';
import { TestBroker } from '../testing/test-broker.ts';
import { batchOf, createTopic, fetchFrom, produceTo } from '../testing/topics.ts';

async function linesOf(metrics: Awaited<ReturnType<typeof createPromMetrics>>, pattern: RegExp): Promise<string[]> {
  const { text } = await metrics.text();
  return text.split('\n').filter((line) => !line.startsWith('#') && pattern.test(line));
}

test('what clients write and read is counted by topic and by client', async () => {
  const metrics = await createPromMetrics();
  await using broker = await TestBroker.start({ metrics });
  const client = await broker.connect();
  await createTopic(client, 'orders');
  const batch = batchOf(['a', 'b', 'c']);
  const size = batch.length;
  await produceTo(client, { topic: 'orders' }, batch);
  await produceTo(client, { topic: 'nowhere' }, batchOf(['x']));
  await fetchFrom(client, { topic: 'orders' });
  assert.deepEqual(await linesOf(metrics, /brokertopicmetrics_(messagesin|bytes|failed)/), [
    'kafka_server_brokertopicmetrics_messagesin_total{topic=""} 3',
    'kafka_server_brokertopicmetrics_messagesin_total{topic="orders"} 3',
    `kafka_server_brokertopicmetrics_bytesin_total{topic=""} ${size}`,
    `kafka_server_brokertopicmetrics_bytesin_total{topic="orders"} ${size}`,
    `kafka_server_brokertopicmetrics_bytesout_total{topic=""} ${size}`,
    `kafka_server_brokertopicmetrics_bytesout_total{topic="orders"} ${size}`,
    'kafka_server_brokertopicmetrics_failedproducerequests_total{topic=""} 1',
  ]);
  const labels = 'client_id="test-client",principal="User:ANONYMOUS",host="127.0.0.1",topic="orders"';
  assert.deepEqual(await linesOf(metrics, /^millrace_(producer|consumer)/), [
    `millrace_producer_records_total{${labels}} 3`,
    `millrace_producer_bytes_total{${labels}} ${size}`,
    `millrace_consumer_bytes_total{${labels}} ${size}`,
  ]);
  assert.deepEqual(await linesOf(metrics, /errors_total.*Produce/), [
    'kafka_network_requestmetrics_errors_total{request="Produce",error="NONE"} 1',
    'kafka_network_requestmetrics_errors_total{request="Produce",error="UNKNOWN_TOPIC_OR_PARTITION"} 1',
  ]);
});

test('the state of the broker is what it is when it is read', async () => {
  const metrics = await createPromMetrics();
  await using broker = await TestBroker.start({ metrics });
  const [client] = [await broker.connect(), await broker.connect()];
  await createTopic(client, 'orders', { partitions: 2 });
  await produceTo(client, { topic: 'orders', partition: 1 }, batchOf(['a', 'b']));
  assert.deepEqual(await linesOf(metrics, /replicamanager|globaltopic|connection_count|logendoffset/), [
    'kafka_server_replicamanager_partitioncount 2',
    'kafka_server_replicamanager_leadercount 2',
    'kafka_server_replicamanager_offlinereplicacount 0',
    'kafka_controller_kafkacontroller_globaltopiccount 1',
    'kafka_server_socketservermetrics_connection_count{listener="PLAINTEXT"} 2',
    'kafka_log_log_logendoffset{topic="orders",partition="0"} 0',
    'kafka_log_log_logendoffset{topic="orders",partition="1"} 2',
  ]);
});

test('groups are counted by protocol and state', async () => {
  const metrics = await createPromMetrics();
  await using broker = await TestBroker.start({ metrics, settings: { 'offsets.topic.replication.factor': '1' } });
  const client = await broker.connect();
  await createTopic(client, 'orders');
  await broker.settle(client.send(findCoordinator, 2, { key: 'mine', keyType: 0 }));
  const joined = await broker.settle(
    client.send(consumerGroupHeartbeat, 1, {
      groupId: 'mine',
      memberId: 'AAAAAAAAAAAAAAAAAAAAAA',
      memberEpoch: 0,
      rebalanceTimeoutMs: 1000,
      subscribedTopicNames: ['orders'],
      topicPartitions: [],
    }),
  );
  assert.equal(joined.errorCode, 0);
  assert.deepEqual(await linesOf(metrics, /group_count/), [
    'kafka_server_group_coordinator_metrics_group_count{protocol="classic"} 0',
    'kafka_server_group_coordinator_metrics_group_count{protocol="consumer"} 1',
    'kafka_server_group_coordinator_metrics_group_count{protocol="share"} 0',
    'kafka_server_group_coordinator_metrics_group_count{protocol="streams"} 0',
    'kafka_server_group_coordinator_metrics_consumer_group_count{state="stable"} 1',
  ]);
});

test('share sessions are counted with their partitions', async () => {
  const metrics = await createPromMetrics();
  const { broker, client, topicId } = await startShareGroup({ metrics });
  await using _ = broker;
  await new ShareConsumer(client, 'member').fetch(topicId);
  assert.deepEqual(await linesOf(metrics, /sharesessioncache/), [
    'kafka_server_sharesessioncache_sharesessionscount 1',
    'kafka_server_sharesessioncache_sharepartitionscount 1',
  ]);
});
