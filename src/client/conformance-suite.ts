// What any Kafka must do for this client, as tests: the same ones run on Millrace, over TCP and in memory, and on Apache Kafka.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { nodeClock, sleep } from '../platform/index.ts';
import { COMPRESSION_TYPES, KafkaError } from '../protocol/index.ts';
import { Admin } from './admin/admin.ts';
import { adminConformance } from './admin/admin-conformance-suite.ts';
import { adminDetailsConformance } from './admin/admin-details-conformance-suite.ts';
import { Consumer } from './consumer/consumer.ts';
import type { ConsumerRecord } from './consumer/consumer-record.ts';
import type { ConsumerOptions } from './consumer/consumer-settings.ts';
import { ProducerFencedError, TransactionAbortedError } from './errors.ts';
import type { ClientMetric } from './metrics/metric-set.ts';
import { Producer } from './producer/producer.ts';
import { serdeConformance } from './serdes/serde-conformance-suite.ts';
import type { ClientOptions } from './settings.ts';
import { shareConformance } from './share-consumer/share-conformance-suite.ts';
import { partitionName } from './topic-partition.ts';

export interface ConformanceTarget extends AsyncDisposable {
  /** For clients of the running cluster. */
  readonly clientOptions: ClientOptions;
}

export interface ConformanceOptions {
  /**
   * A cluster of one broker, without topics, with an authorizer that lets everybody do everything where no rule says otherwise, and which looks every
   * second or so for transactions that take too long.
   */
  start(): Promise<ConformanceTarget>;
  /** Share groups came with Kafka 4: against an older one their tests are left out. */
  readonly hasShareGroups: boolean;
}

const POLL_MS = 500;
/** Not long ago: a broker may delete what is older than its retention while this runs. */
const SOME_TIME = BigInt(nodeClock.now() - 60_000);
const RETRY_MS = 50;
const PATIENCE_MS = 30_000;

export function clientConformance(name: string, options: ConformanceOptions): void {
  describe(`the client on ${name}`, () => {
    let target: ConformanceTarget;
    let client: ClientOptions;
    let admin: Admin;
    let topics = 0;

    before(async () => {
      target = await options.start();
      client = { ...target.clientOptions };
      admin = new Admin(client);
    });

    after(async () => {
      await admin[Symbol.asyncDispose]();
      await target[Symbol.asyncDispose]();
    });

    async function newTopic(numPartitions = 1, configs: Record<string, string> = {}): Promise<string> {
      const topic = `conformance-${topics++}`;
      const [created] = await admin.createTopics([{ name: topic, numPartitions, replicationFactor: 1, configs }]);
      assert.equal(created?.error, undefined);
      return topic;
    }

    async function write(topic: string, values: readonly string[], partition = 0): Promise<void> {
      await using producer = new Producer(client);
      await Promise.all(values.map((value) => producer.send({ topic, partition, value })));
    }

    function consumer(overrides: Partial<ConsumerOptions>): Consumer {
      return new Consumer({ ...client, autoOffsetReset: 'earliest', ...overrides });
    }

    /** Polls until so many records came. */
    async function take(from: Consumer, count: number): Promise<ConsumerRecord[]> {
      const records: ConsumerRecord[] = [];
      const deadlineMs = nodeClock.monotonic() + PATIENCE_MS;
      while (records.length < count) {
        assert.ok(nodeClock.monotonic() < deadlineMs, `${records.length} of ${count} records within ${PATIENCE_MS} ms`);
        records.push(...((await from.poll(POLL_MS))?.records ?? []));
      }
      return records;
    }

    /** What a cluster has agreed to may take a moment to be seen everywhere. */
    async function until(isSo: () => Promise<boolean>): Promise<void> {
      const deadlineMs = nodeClock.monotonic() + PATIENCE_MS;
      while (!(await isSo())) {
        assert.ok(nodeClock.monotonic() < deadlineMs, `not so within ${PATIENCE_MS} ms`);
        await sleep(nodeClock, RETRY_MS);
      }
    }

    async function readAll(topic: string, count: number, overrides: Partial<ConsumerOptions> = {}): Promise<string[]> {
      await using reader = consumer(overrides);
      reader.assign([{ topic, partition: 0, from: 'earliest' }]);
      return (await take(reader, count)).map(({ value }) => String(value));
    }

    it('makes, widens, describes, lists and deletes topics', async () => {
      const topic = await newTopic(2, { 'retention.ms': '60000' });
      const [widened] = await admin.createPartitions([{ topic, totalCount: 3 }]);
      assert.equal(widened?.error, undefined);
      await until(async () => (await admin.describeTopics([topic]))[0]?.topic?.partitions.length === 3);
      const [configs] = await admin.describeConfigs([{ type: 'topic', name: topic }]);
      assert.equal(configs?.entries.find((entry) => entry.name === 'retention.ms')?.value, '60000');
      assert.ok((await admin.listTopics()).some((listed) => listed.name === topic));
      const [deleted] = await admin.deleteTopics([topic]);
      assert.equal(deleted?.error, undefined);
      const [again] = await admin.deleteTopics([topic]);
      assert.equal(again?.error?.code, 'UNKNOWN_TOPIC_OR_PARTITION');
    });

    it('counts what it does by the names of other clients', async () => {
      const topic = await newTopic();
      await using producer = new Producer(client);
      await producer.sendAll(['a', 'b', 'c'].map((value) => ({ topic, value })));
      await using reader = consumer({});
      reader.assign([{ topic, partition: 0 }]);
      await take(reader, 3);
      const read = (metrics: readonly ClientMetric[], group: string, metricName: string) =>
        metrics.find((metric) => metric.group === group && metric.name === metricName)?.value ?? Number.NaN;
      assert.equal(read(producer.metrics(), 'producer-metrics', 'record-send-total'), 3);
      assert.ok(read(producer.metrics(), 'producer-metrics', 'request-latency-avg') > 0);
      assert.ok(read(producer.metrics(), 'producer-topic-metrics', 'byte-total') > 61);
      assert.ok(read(producer.metrics(), 'producer-metrics', 'metadata-wait-time-ns-total') > 0);
      assert.ok(read(producer.metrics(), 'producer-metrics', 'record-size-max') > 1);
      assert.equal(read(reader.metrics(), 'consumer-fetch-manager-metrics', 'records-consumed-total'), 3);
      assert.equal(read(reader.metrics(), 'consumer-fetch-manager-metrics', 'records-lag'), 0);
      assert.equal(read(reader.metrics(), 'consumer-fetch-manager-metrics', 'records-lead'), 3);
      assert.ok(read(reader.metrics(), 'consumer-metrics', 'connection-count') > 0);
    });

    it('carries keys, headers, timestamps and nulls through', async () => {
      const topic = await newTopic();
      await using producer = new Producer(client);
      const headers = [['trace', Buffer.from('abc')]] as const;
      const sent = await producer.send({ topic, key: 'k', value: null, headers, timestamp: SOME_TIME });
      assert.equal(sent.offset, 0n);
      await using reader = consumer({});
      reader.assign([{ topic, partition: 0, from: 'earliest' }]);
      const [record] = await take(reader, 1);
      assert.equal(String(record?.key), 'k');
      assert.equal(record?.value, null);
      assert.equal(record?.timestamp, SOME_TIME);
      assert.deepEqual(
        record?.headers.map(([key, value]) => [key, String(value)]),
        [['trace', 'abc']],
      );
    });

    for (const compression of COMPRESSION_TYPES) {
      it(`keeps the order of records that travel compressed with ${compression}`, async () => {
        const values = Array.from({ length: 500 }, (_, index) => `value ${index} ${'x'.repeat(index)}`);
        // Large batches may be compressed on another thread.
        for (const batchSize of [4096, 65_536]) {
          const topic = await newTopic();
          await using producer = new Producer({ ...client, compression, batchSize });
          await Promise.all(values.map((value) => producer.send({ topic, value })));
          assert.deepEqual(await readAll(topic, values.length), values);
        }
      });
    }

    it('finds offsets by time and at both ends, also behind deleted records', async () => {
      const topic = await newTopic();
      await using producer = new Producer(client);
      for (const time of [1000n, 2000n, 3000n])
        await producer.send({ topic, value: String(time), timestamp: SOME_TIME + time });
      const [deleted] = await admin.deleteRecords([{ topic, partition: 0, beforeOffset: 1n }]);
      assert.equal(deleted?.error, undefined);
      const offsets: (bigint | undefined)[] = [];
      for (const spec of ['earliest', 'latest', SOME_TIME + 2500n] as const)
        offsets.push((await admin.listOffsets([{ topic, partition: 0, spec }]))[0]?.offset);
      assert.deepEqual(offsets, [1n, 3n, 2n]);
      await using reader = consumer({});
      reader.assign([{ topic, partition: 0, from: { timestamp: SOME_TIME + 2500n } }]);
      assert.deepEqual(
        (await take(reader, 1)).map(({ value }) => String(value)),
        ['3000'],
      );
    });

    it('refuses a record that the topic does not take, with the reason of the broker', async () => {
      const topic = await newTopic(1, { 'max.message.bytes': '1000' });
      await using producer = new Producer(client);
      await assert.rejects(
        producer.send({ topic, value: 'x'.repeat(5000) }),
        (error) => error instanceof KafkaError && error.code === 'MESSAGE_TOO_LARGE',
      );
    });

    for (const groupProtocol of ['classic', 'consumer'] as const) {
      it(`divides a topic among the members of a ${groupProtocol} group, each record for one`, async () => {
        const topic = await newTopic(4);
        const groupId = `${topic}-${groupProtocol}`;
        const members = [0, 1].map(() => consumer({ groupId, groupProtocol, heartbeatIntervalMs: 500 }));
        for (const member of members) member.subscribe([topic]);
        const deadlineMs = nodeClock.monotonic() + PATIENCE_MS;
        const isDivided = () => members.every(({ assignment }) => assignment.length === 2);
        while (!isDivided() && nodeClock.monotonic() < deadlineMs)
          await Promise.all(members.map((member) => member.poll(POLL_MS)));
        assert.ok(isDivided(), String(members.map(({ assignment }) => assignment.map(partitionName))));
        for (const partition of [0, 1, 2, 3]) await write(topic, [`a${partition}`, `b${partition}`], partition);
        const taken = await Promise.all(members.map((member) => take(member, 4)));
        const values = taken.flat().map(({ value }) => String(value));
        assert.deepEqual(values.sort(), ['a0', 'a1', 'a2', 'a3', 'b0', 'b1', 'b2', 'b3']);
        await Promise.all(members.map((member) => member.close()));
      });

      it(`goes on behind what a ${groupProtocol} group has committed`, async () => {
        const topic = await newTopic();
        const groupId = `${topic}-${groupProtocol}`;
        await write(topic, ['one', 'two', 'three']);
        {
          await using first = consumer({ groupId, groupProtocol, maxPollRecords: 2, autoCommit: false });
          first.subscribe([topic]);
          await take(first, 2);
          await first.commit([{ topic, partition: 0, offset: 2n }]);
        }
        await using second = consumer({ groupId, groupProtocol });
        second.subscribe(new RegExp(`^${topic}$`));
        assert.deepEqual(
          (await take(second, 1)).map(({ value }) => String(value)),
          ['three'],
        );
      });
    }

    it('shows committed transactions whole, and aborted ones to nobody who reads committed records', async () => {
      const topic = await newTopic();
      await using producer = new Producer({ ...client, transactionalId: topic });
      for (const value of ['a', 'b', 'c']) {
        const work = producer.transaction(async (transaction) => {
          await transaction.send({ topic, value: `${value}1` });
          await transaction.send({ topic, value: `${value}2` });
          if (value === 'b') throw new RangeError('not this one');
        });
        if (value === 'b') await assert.rejects(work, RangeError);
        else await work;
      }
      assert.deepEqual(await readAll(topic, 4, { readCommitted: true }), ['a1', 'a2', 'c1', 'c2']);
      assert.deepEqual(await readAll(topic, 6), ['a1', 'a2', 'b1', 'b2', 'c1', 'c2']);
    });

    it('commits offsets of a group with the transaction, or not at all', async () => {
      const [input, output] = [await newTopic(), await newTopic()];
      await write(input, ['one', 'two']);
      await using reader = consumer({ groupId: input, autoCommit: false });
      reader.subscribe([input]);
      const records = await take(reader, 2);
      await using producer = new Producer({ ...client, transactionalId: input });
      const copy = (fails: boolean) =>
        producer.transaction(async (transaction) => {
          await transaction.sendAll(records.map(({ value }) => ({ topic: output, value })));
          await transaction.sendOffsets(reader, [{ topic: input, partition: 0, offset: 2n }]);
          if (fails) throw new RangeError('not this time');
        });
      await assert.rejects(copy(true), RangeError);
      assert.deepEqual(await admin.listGroupOffsets(input), []);
      await copy(false);
      await until(async () => (await admin.listGroupOffsets(input))[0]?.offset === 2n);
      assert.deepEqual(await readAll(output, 2, { readCommitted: true }), ['one', 'two']);
    });

    it('fences a producer whose transactional id another one has taken', async () => {
      const topic = await newTopic();
      await using old = new Producer({ ...client, transactionalId: topic });
      await using young = new Producer({ ...client, transactionalId: topic });
      const write = (producer: Producer) =>
        producer.transaction((transaction) => transaction.send({ topic, value: 'x' }));
      await write(old);
      await write(young);
      await assert.rejects(write(old), ProducerFencedError);
    });

    it('ends a transaction that takes too long, and goes on where transactions are of the second version', async () => {
      const topic = await newTopic();
      await using producer = new Producer({ ...client, transactionalId: topic, transactionTimeoutMs: 500 });
      const late = producer.transaction(async (transaction) => {
        await transaction.send({ topic, value: 'late' });
        await until(async () => (await admin.describeTransactions([topic]))[0]?.transaction?.state === 'CompleteAbort');
      });
      const level = (await admin.describeFeatures()).find(
        (feature) => feature.name === 'transaction.version',
      )?.finalizedLevel;
      if ((level ?? 0) < 2) {
        await assert.rejects(late, ProducerFencedError);
        return;
      }
      await assert.rejects(late, (error) => error instanceof TransactionAbortedError && error.retriable);
      await producer.transaction((transaction) => transaction.send({ topic, value: 'in time' }));
      assert.deepEqual(await readAll(topic, 1, { readCommitted: true }), ['in time']);
    });

    it('describes groups, moves their offsets and deletes them', async () => {
      const topic = await newTopic();
      await write(topic, ['one', 'two']);
      const [moved] = await admin.alterGroupOffsets(topic, [{ topic, partition: 0, offset: 1n }]);
      assert.equal(moved?.error, undefined);
      assert.ok((await admin.listGroups()).some(({ groupId }) => groupId === topic));
      await using reader = consumer({ groupId: topic });
      reader.assign([{ topic, partition: 0 }]);
      assert.deepEqual(
        (await take(reader, 1)).map(({ value }) => String(value)),
        ['two'],
      );
      await reader.close();
      const [deleted] = await admin.deleteGroups([topic]);
      assert.equal(deleted?.error, undefined);
    });

    adminConformance(() => ({ client, admin, newTopic, until }), options.hasShareGroups);
    adminDetailsConformance(() => ({ client, admin, newTopic, until }), options.hasShareGroups);
    serdeConformance(() => ({ client, admin, newTopic, until }), options.hasShareGroups);
    if (options.hasShareGroups) shareConformance(() => ({ client, admin, newTopic, write, until }));

    it('tells of the cluster', async () => {
      const cluster = await admin.describeCluster();
      assert.equal(cluster.brokers.length, 1);
    });
  });
}
