// Memory of a broker with many idle groups of ten members, beside Apache Kafka. Arguments: groups (10000).

import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from '../src/client/cluster.ts';
import { Admin } from '../src/client/index.ts';
import { consumerGroupHeartbeat, errorName, KafkaError } from '../src/protocol/index.ts';
import { type BenchBroker, residentBytes, startApacheKafka, startMillrace } from './support/brokers.ts';

const GROUPS = Number(process.argv[2] ?? 10_000);
const MEMBERS = 10;
const PROMISED_MB = 300;
const GROUPS_AT_A_TIME = 50;
/** After it, what the joins have left behind is collected. */
const IDLE_MS = 30_000;
/** Nobody sends heartbeats: sessions outlast the measurement. */
const SETTINGS = [
  'group.consumer.max.session.timeout.ms=3600000',
  'group.consumer.session.timeout.ms=3600000',
  'offsets.topic.num.partitions=8',
];

const used: Record<string, number> = {};
for (const start of [startMillrace, startApacheKafka]) {
  await using broker = await start(SETTINGS);
  used[broker.name] = await measure(broker);
}
const ours = used.Millrace ?? Number.NaN;
const theirs = used['Apache Kafka'] ?? Number.NaN;
console.log(
  `\n${GROUPS} groups of ${MEMBERS} idle members: Millrace ${ours.toFixed(0)} MB, Apache Kafka ${theirs.toFixed(0)} MB`,
);
console.log(
  `ratio ${(ours / theirs).toFixed(3)}; promised below ${PROMISED_MB} MB: ${ours < PROMISED_MB ? 'kept' : 'NOT KEPT'}`,
);
process.exitCode = ours < PROMISED_MB ? 0 : 1;

/** Resident megabytes when all have joined and are idle. */
async function measure(broker: BenchBroker): Promise<number> {
  const { bootstrap, name, pid } = broker;
  await using admin = new Admin({ bootstrapServers: bootstrap });
  const [created] = await admin.createTopics([{ name: 'bench', numPartitions: MEMBERS }]);
  if (created?.error) throw created.error;
  await delay(IDLE_MS / 3);
  const before = residentBytes(pid) / 1e6;
  await using stack = new AsyncDisposableStack();
  // A broker answers one request of a connection after the other, so that over a single one each join would wait for the one before.
  const clusters = Array.from({ length: GROUPS_AT_A_TIME }, () =>
    stack.use(new Cluster({ bootstrapServers: bootstrap })),
  );
  const start = performance.now();
  for (let first = 0; first < GROUPS; first += GROUPS_AT_A_TIME) {
    const some = clusters.slice(0, GROUPS - first);
    await Promise.all(some.map((cluster, index) => fill(cluster, `group-${first + index}`)));
  }
  const seconds = (performance.now() - start) / 1000;
  await delay(IDLE_MS);
  const after = residentBytes(pid) / 1e6;
  const each = ((after - before) * 1e6) / (GROUPS * MEMBERS);
  console.log(
    `${name}: ${before.toFixed(0)} MB before, ${after.toFixed(0)} MB after ${GROUPS * MEMBERS} joins in ${seconds.toFixed(0)} s, ${each.toFixed(0)} bytes a member`,
  );
  return after;
}

/** One member after the other, as ten consumers that start would. */
async function fill(cluster: Cluster, groupId: string): Promise<void> {
  for (let member = 0; member < MEMBERS; member++) {
    const request = {
      groupId,
      memberId: `${groupId}-member-${member}`,
      memberEpoch: 0,
      rebalanceTimeoutMs: 300_000,
      subscribedTopicNames: ['bench'],
      topicPartitions: [],
    };
    await cluster.retry(`join ${groupId}`, {}, async () => {
      const response = await cluster.sendToCoordinator('group', groupId, consumerGroupHeartbeat, request);
      const error = errorName(response.errorCode) ?? 'UNKNOWN_SERVER_ERROR';
      if (error !== 'NONE') throw new KafkaError(error, `Cannot join ${groupId}: ${error}`);
    });
  }
}
