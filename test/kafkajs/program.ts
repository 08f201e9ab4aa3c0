// A program that was written for kafkajs: what it finds out is held against what it finds out with the adapter.

import type { Headers, Kafka, KafkaMessage, SentPartition } from '../../src/kafkajs/index.ts';

/** The clients that both libraries make. */
export type KafkaLike = Pick<Kafka, 'producer' | 'consumer' | 'admin'>;

export async function runProgram(kafka: KafkaLike): Promise<unknown> {
  const found: Record<string, unknown> = {};
  const admin = kafka.admin();
  await admin.connect();
  found.created = await admin.createTopics({
    topics: [
      { topic: 'orders', numPartitions: 2, configEntries: [{ name: 'retention.ms', value: '-1' }] },
      { topic: 'copies', numPartitions: 1 },
      { topic: 'scrap', numPartitions: 1 },
    ],
  });
  found.createdAgain = await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 2 }] });
  await admin.createPartitions({ topicPartitions: [{ topic: 'scrap', count: 3 }] });
  found.metadata = (await admin.fetchTopicMetadata({ topics: ['scrap'] })).topics.map(({ name, partitions }) => [
    name,
    partitions.map(({ partitionId, isr }) => [partitionId, isr.length]).sort(),
  ]);
  await admin.deleteTopics({ topics: ['scrap'] });

  const producer = kafka.producer();
  await producer.connect();
  const sent = await producer.send({
    topic: 'orders',
    compression: 1,
    messages: [
      { key: 'a', value: 'one', partition: 0, headers: { trace: 'x', tags: ['s', 't'] }, timestamp: '1700000000000' },
      { key: 'b', value: 'two', partition: 0, timestamp: '1700000000005' },
      { key: 'c', value: null, partition: 1, timestamp: '1700000000005' },
    ],
  });
  found.sent = sent.map(describeSent).sort();
  await producer.sendBatch({
    acks: 1,
    topicMessages: [{ topic: 'orders', messages: [{ key: 'd', value: 'four', partition: 1 }] }],
  });
  found.byKey = (await producer.send({ topic: 'orders', messages: [{ key: 'the same', value: 'five' }] })).map(
    describeSent,
  );
  found.ends = (await admin.fetchTopicOffsets('orders')).map(({ partition, offset, low }) => [partition, offset, low]);
  found.byTime = await admin.fetchTopicOffsetsByTimestamp('orders', 1_700_000_000_001);

  found.read = await readAll(kafka);
  found.committed = (await admin.fetchOffsets({ groupId: 'readers', topics: ['orders'] })).map(
    ({ topic, partitions }) => [topic, partitions.map(({ partition, offset }) => [partition, offset]).sort()],
  );
  found.batches = await readBatches(kafka);
  await admin.setOffsets({ groupId: 'readers', topic: 'orders', partitions: [{ partition: 0, offset: '1' }] });
  await admin.resetOffsets({ groupId: 'batches', topic: 'orders', earliest: true });
  found.moved = await Promise.all(
    ['readers', 'batches'].map(async (groupId) => {
      const [offsets] = await admin.fetchOffsets({ groupId, topics: ['orders'], resolveOffsets: true });
      return offsets?.partitions.map(({ partition, offset }) => [partition, offset]).sort();
    }),
  );
  found.copied = await copyInTransaction(kafka);
  found.groups = (await admin.listGroups()).groups.map(({ groupId }) => groupId).sort();
  await admin.deleteGroups(['batches']);
  await admin.deleteTopicRecords({ topic: 'orders', partitions: [{ partition: 0, offset: '1' }] });
  found.lows = (await admin.fetchTopicOffsets('orders')).map(({ low }) => low);
  found.topics = (await admin.listTopics()).filter((name) => !name.startsWith('__')).sort();
  found.brokers = (await admin.describeCluster()).brokers.length;
  await producer.disconnect();
  await admin.disconnect();
  return found;
}

/** By messages; the second one fails at first, and comes again. */
async function readAll(kafka: KafkaLike): Promise<string[]> {
  const consumer = kafka.consumer({ groupId: 'readers' });
  await consumer.connect();
  await consumer.subscribe({ topics: ['orders'], fromBeginning: true });
  const read = new Set<string>();
  let failures = 0;
  await new Promise<void>((resolve, reject) => {
    const eachMessage = async ({ partition, message }: { partition: number; message: KafkaMessage }) => {
      if (String(message.value) === 'two' && failures++ === 0) throw new Error('not at the first time');
      read.add(`${partition} ${message.offset} ${message.key} ${message.value} ${describeHeaders(message.headers)}`);
      if (read.size === 5) resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return [...read].sort();
}

/** By batches, each message resolved by hand, and the group begins where it was told to. */
async function readBatches(kafka: KafkaLike): Promise<string[]> {
  const consumer = kafka.consumer({ groupId: 'batches' });
  await consumer.subscribe({ topic: 'orders', fromBeginning: true });
  const read = new Set<string>();
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachBatchAutoResolve: false,
        eachBatch: async ({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary, isRunning, isStale }) => {
          for (const { offset } of batch.messages) {
            if (!isRunning() || isStale()) break;
            read.add(`${batch.partition} ${offset}`);
            resolveOffset(offset);
            await heartbeat();
          }
          await commitOffsetsIfNecessary();
          if (read.size === 5) resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return [...read].sort();
}

async function copyInTransaction(kafka: KafkaLike): Promise<string[]> {
  const producer = kafka.producer({ transactionalId: 'copier', idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  for (const value of ['kept', 'dropped', 'kept too']) {
    const transaction = await producer.transaction();
    await transaction.send({ topic: 'copies', messages: [{ value }] });
    await transaction.sendOffsets({
      consumerGroupId: 'copiers',
      topics: [{ topic: 'orders', partitions: [{ partition: 0, offset: '1' }] }],
    });
    await (value === 'dropped' ? transaction.abort() : transaction.commit());
  }
  await producer.disconnect();
  const consumer = kafka.consumer({ groupId: 'copies' });
  await consumer.subscribe({ topics: [/^cop/], fromBeginning: true });
  const read: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const eachMessage = async ({ message }: { message: KafkaMessage }) => {
      read.push(String(message.value));
      if (String(message.value) === 'kept too') resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.stop();
  await consumer.disconnect();
  return read;
}

function describeSent({ topicName, partition, errorCode, baseOffset }: SentPartition): string {
  return `${topicName} ${partition} ${errorCode} ${baseOffset}`;
}

function describeHeaders(headers: Headers): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.map(String).join('+') : value}`)
    .join();
}
