import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ShareRecord } from '../share-consumer/share-record.ts';
import { DeserializationError } from './serde-errors.ts';
import { serdes } from './serdes.ts';
import { ShareTopicReader } from './share-topic-reader.ts';
import { defineTopic } from './topic.ts';
import type { ReaderOptions } from './topic-reader.ts';

const jobs = defineTopic({ name: 'jobs', value: serdes.json<number>() });

/** A reader of a share consumer that has one poll's records, and what it hears of them. */
function reading(values: readonly string[], options: ReaderOptions = {}) {
  const heard: string[] = [];
  const records = values.map((value, index): ShareRecord => {
    const place = { topic: 'jobs', partition: 0, offset: BigInt(index) };
    return { ...place, timestamp: 1n, key: null, value: Buffer.from(value), headers: [], deliveryCount: 1 };
  });
  const consumer = {
    poll: async () => records,
    async *records() {
      yield* records;
    },
    acknowledge: ({ offset }: { readonly offset: bigint }, acknowledgement = 'accept') => {
      heard.push(`${offset} ${acknowledgement}`);
    },
  };
  return { reader: new ShareTopicReader(consumer, [jobs], options), heard };
}

test('a bad record is rejected when somebody has heard of it', async () => {
  const bad: bigint[] = [];
  const options: ReaderOptions = { onBadRecord: ({ offset }) => void bad.push(offset) };
  const polled = reading(['1', 'nonsense', '3'], options);
  const records = await polled.reader.poll(0);
  assert.deepEqual(
    records.map(({ value }) => value),
    [1, 3],
  );
  assert.deepEqual([polled.heard, bad], [['1 reject'], [1n]]);
  const looped = reading(['1', 'nonsense', '3'], options);
  const values: number[] = [];
  for await (const { value } of looped.reader) values.push(value);
  assert.deepEqual([values, looped.heard], [[1, 3], ['1 reject']]);
});

test('else a poll that comes to one gives nothing, and releases everything', async () => {
  const { reader, heard } = reading(['1', 'nonsense', '3']);
  await assert.rejects(reader.poll(0), DeserializationError);
  assert.deepEqual(heard, ['0 release', '1 release', '2 release']);
});

test('and a loop that comes to one releases it, and ends', async () => {
  const { reader, heard } = reading(['1', 'nonsense', '3']);
  const values: number[] = [];
  await assert.rejects(async () => {
    for await (const { value } of reader) values.push(value);
  }, DeserializationError);
  assert.deepEqual([values, heard], [[1], ['1 release']]);
});

test('a handler of bad records that throws ends the reading too', async () => {
  const { reader, heard } = reading(['nonsense'], {
    onBadRecord: () => {
      throw new RangeError('no');
    },
  });
  await assert.rejects(reader.poll(0), RangeError);
  assert.deepEqual(heard, ['0 release']);
});
