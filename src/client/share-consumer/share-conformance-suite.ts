// What any Kafka with share groups must do for `ShareConsumer`, as tests; part of `clientConformance`.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Admin } from '../admin/admin.ts';
import { ClientError } from '../errors.ts';
import type { ClientOptions } from '../settings.ts';
import { ShareConsumer } from './share-consumer.ts';
import type { ShareConsumerOptions } from './share-consumer-settings.ts';
import type { ShareRecord } from './share-record.ts';

export interface ShareConformanceContext {
  readonly client: ClientOptions;
  readonly admin: Admin;
  newTopic(numPartitions?: number): Promise<string>;
  write(topic: string, values: readonly string[], partition?: number): Promise<void>;
  until(isSo: () => Promise<boolean>): Promise<void>;
}

const POLL_MS = 500;

/** `context` is asked inside of each test. */
export function shareConformance(context: () => ShareConformanceContext): void {
  /** A topic with records, and what makes consumers of a group named like it, which reads from the start. */
  async function queueOf(values: readonly string[], numPartitions = 1) {
    const { admin, client, newTopic, write } = context();
    const topic = await newTopic(numPartitions);
    const [altered] = await admin.alterConfigs([
      {
        resource: { type: 'group', name: topic },
        changes: [{ name: 'share.auto.offset.reset', operation: 'set', value: 'earliest' }],
      },
    ]);
    assert.equal(altered?.error, undefined);
    await write(topic, values);
    return (options: Partial<ShareConsumerOptions> = {}) => {
      const consumer = new ShareConsumer({ ...client, groupId: topic, ...options });
      consumer.subscribe([topic]);
      return { topic, consumer };
    };
  }

  /** Polls until there is something. */
  async function take(consumer: ShareConsumer): Promise<readonly ShareRecord[]> {
    let records: readonly ShareRecord[] = [];
    await context().until(async () => {
      records = await consumer.poll(POLL_MS);
      return records.length > 0;
    });
    return records;
  }

  const valuesOf = (records: readonly ShareRecord[]) => records.map(({ value }) => String(value));

  it('gives each record of a queue to one consumer', async () => {
    const start = await queueOf([], 2);
    const { topic, consumer: one } = start();
    const { consumer: other } = start();
    await using _one = one;
    await using _other = other;
    const sent = Array.from({ length: 40 }, (_, index) => `job ${index}`);
    for (const [index, value] of sent.entries()) await context().write(topic, [value], index % 2);
    const taken: string[] = [];
    await context().until(async () => {
      for (const records of await Promise.all([one.poll(POLL_MS), other.poll(POLL_MS)]))
        taken.push(...valuesOf(records));
      return taken.length >= sent.length;
    });
    assert.deepEqual(taken.toSorted(), sent.toSorted());
  });

  it('gives what is released again, and nothing else', async () => {
    const start = await queueOf(['accept', 'release', 'reject']);
    const { topic, consumer } = start({ acknowledgementMode: 'explicit' });
    await using _consumer = consumer;
    const records = await take(consumer);
    assert.deepEqual(valuesOf(records), ['accept', 'release', 'reject']);
    await assert.rejects(consumer.poll(POLL_MS), ClientError);
    for (const record of records) consumer.acknowledge(record, String(record.value) as 'accept' | 'release' | 'reject');
    assert.deepEqual(await consumer.commit(), [{ topic, partition: 0, offsets: [0n, 1n, 2n], error: undefined }]);
    const again = await take(consumer);
    assert.deepEqual(
      again.map(({ value, deliveryCount }) => [String(value), deliveryCount]),
      [['release', 2]],
    );
    const [first] = again;
    assert.ok(first);
    consumer.acknowledge(first);
    assert.throws(() => consumer.acknowledge(first), ClientError);
  });

  it('tells with the next poll what became of acknowledgements', async () => {
    const outcomes: unknown[] = [];
    const { topic, consumer } = (await queueOf(['one', 'two']))({ onAcknowledged: (all) => outcomes.push(...all) });
    await using _consumer = consumer;
    await take(consumer);
    await context().until(async () => {
      await consumer.poll(POLL_MS);
      return outcomes.length > 0;
    });
    assert.deepEqual(outcomes, [{ topic, partition: 0, offsets: [0n, 1n], error: undefined }]);
  });

  it('locks records for longer', async () => {
    const { topic, consumer } = (await queueOf(['one']))({ acknowledgementMode: 'explicit' });
    await using _consumer = consumer;
    const records = await take(consumer);
    assert.ok((consumer.lockTimeoutMs ?? 0) >= 1000);
    assert.deepEqual(await consumer.renew(records), [{ topic, partition: 0, offsets: [0n], error: undefined }]);
    for (const record of records) consumer.acknowledge(record);
    assert.equal((await consumer.commit())[0]?.error, undefined);
  });

  it('gives to others what a consumer leaves behind', async () => {
    const start = await queueOf(['one', 'two', 'three']);
    {
      const { consumer } = start();
      await using _consumer = consumer;
      const seen: string[] = [];
      for await (const record of consumer) {
        seen.push(String(record.value));
        if (seen.length === 2) break;
      }
      assert.deepEqual(seen, ['one', 'two']);
    }
    const { consumer: other } = start();
    await using _other = other;
    assert.deepEqual(valuesOf(await take(other)), ['two', 'three']);
  });
}
