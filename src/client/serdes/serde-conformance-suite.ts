// What any Kafka must do with records of defined topics, as tests; part of `clientConformance`.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Admin } from '../admin/admin.ts';
import { Consumer } from '../consumer/consumer.ts';
import { Producer } from '../producer/producer.ts';
import type { ClientOptions } from '../settings.ts';
import { ShareConsumer } from '../share-consumer/share-consumer.ts';
import { DeserializationError, SerializationError } from './serde-errors.ts';
import { serdes } from './serdes.ts';
import { defineTopic } from './topic.ts';

export interface SerdeConformanceContext {
  readonly client: ClientOptions;
  readonly admin: Admin;
  newTopic(numPartitions?: number): Promise<string>;
  until(isSo: () => Promise<boolean>): Promise<void>;
}

const POLL_MS = 500;

interface Order {
  readonly cents: number;
}

/** `context` is asked inside of each test. */
export function serdeConformance(context: () => SerdeConformanceContext, hasShareGroups: boolean): void {
  it('carries data of defined topics from producers to consumers, alone and in transactions', async () => {
    const { client, newTopic } = context();
    const orders = defineTopic({ name: await newTopic(), key: serdes.int64, value: serdes.json<Order>() });
    const notes = defineTopic({ name: await newTopic(), value: serdes.nullable(serdes.string) });
    await using producer = new Producer(client);
    await producer.send({ topic: orders, key: 7n, value: { cents: 1250 } });
    await producer.sendAll([
      { topic: notes, value: 'paid' },
      { topic: notes, key: Buffer.from('k'), value: null },
    ]);
    await assert.rejects(producer.send({ topic: orders, key: 2n ** 64n, value: { cents: 1 } }), SerializationError);
    await using careful = new Producer({ ...client, transactionalId: orders.name });
    await careful.transaction(async (transaction) => {
      await transaction.send({ topic: orders, key: 8n, value: { cents: 99 } });
      await transaction.sendAll([{ topic: orders, key: 9n, value: { cents: 98 } }]);
    });
    await using consumer = new Consumer({ ...client, groupId: orders.name, autoOffsetReset: 'earliest' });
    consumer.subscribe([orders, notes]);
    const read: string[] = [];
    for await (const record of consumer.reader([orders, notes])) {
      if (record.topic === orders.name) read.push(`order ${record.key}: ${JSON.stringify(record.value)}`);
      else read.push(`note ${record.key ?? 'without key'}: ${record.value}`);
      if (read.length === 5) break;
    }
    assert.deepEqual(read.sort(), [
      'note k: null',
      'note without key: paid',
      'order 7: {"cents":1250}',
      'order 8: {"cents":99}',
      'order 9: {"cents":98}',
    ]);
  });

  if (!hasShareGroups) return;

  it('gives data of defined topics to share consumers, and rejects what is none', async () => {
    const { admin, client, newTopic, until } = context();
    const jobs = defineTopic({ name: await newTopic(), value: serdes.json<{ readonly path: string }>() });
    await admin.alterConfigs([
      {
        resource: { type: 'group', name: jobs.name },
        changes: [{ name: 'share.auto.offset.reset', operation: 'set', value: 'earliest' }],
      },
    ]);
    await using producer = new Producer(client);
    await producer.send({ topic: jobs.name, value: 'nonsense' });
    await producer.send({ topic: jobs, value: { path: 'a.png' } });
    await using queue = new ShareConsumer({ ...client, groupId: jobs.name });
    queue.subscribe([jobs]);
    const strict = queue.reader([jobs]);
    await until(async () => {
      try {
        await strict.poll(POLL_MS);
        return false;
      } catch (error) {
        assert.ok(error instanceof DeserializationError);
        return error.offset === 0n;
      }
    });
    // What that poll had was released; a reader that is told of bad records gets the rest.
    const bad: bigint[] = [];
    const reader = queue.reader([jobs], { onBadRecord: ({ offset }) => void bad.push(offset) });
    const paths: string[] = [];
    await until(async () => {
      for (const job of await reader.poll(POLL_MS)) {
        paths.push(job.value.path);
        queue.acknowledge(job);
      }
      return paths.length > 0;
    });
    await queue.commit();
    assert.deepEqual([paths, bad], [['a.png'], [0n]]);
  });
}
