import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeTopicPartitions, errorName } from '../../protocol/index.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { createTopic } from '../testing/topics.ts';

interface Cursor {
  readonly topicName: string;
  readonly partitionIndex: number;
}

function ask(client: TestClient, names: readonly string[], limit = 2000, cursor: Cursor | null = null) {
  const topics = names.map((name) => ({ name }));
  return client.send(describeTopicPartitions, 0, { topics, responsePartitionLimit: limit, cursor });
}

async function filled(broker: TestBroker): Promise<TestClient> {
  const client = await broker.connect();
  await createTopic(client, 'a', { partitions: 3 });
  await createTopic(client, 'b', { partitions: 2 });
  return client;
}

test('topics are described, in the order of their names, with lists that are never null', async () => {
  await using broker = await TestBroker.start();
  const { topics, nextCursor } = await ask(await filled(broker), ['b', 'nothing', 'a']);
  assert.deepEqual(
    topics.map(({ name, errorCode, partitions }) => [name, errorName(errorCode), partitions.length]),
    [
      ['a', 'NONE', 3],
      ['b', 'NONE', 2],
      ['nothing', 'UNKNOWN_TOPIC_OR_PARTITION', 0],
    ],
  );
  assert.equal(nextCursor, null);
  const partition = topics[0]?.partitions[0];
  assert.deepEqual(
    [partition?.leaderId, partition?.eligibleLeaderReplicas, partition?.lastKnownElr, partition?.offlineReplicas],
    [1, [], [], []],
  );
});

test('pages follow one another until everything was told once', async () => {
  await using broker = await TestBroker.start();
  const client = await filled(broker);
  for (const limit of [1, 2, 3, 4, 5]) {
    const seen: string[] = [];
    let cursor: Cursor | null = null;
    do {
      const { topics, nextCursor }: Awaited<ReturnType<typeof ask>> = await ask(client, [], limit, cursor);
      const page = topics.flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex }) => `${name}-${partitionIndex}`),
      );
      assert.ok(page.length > 0 && page.length <= limit);
      seen.push(...page);
      cursor = nextCursor;
    } while (cursor !== null);
    assert.deepEqual(seen, ['a-0', 'a-1', 'a-2', 'b-0', 'b-1'], `pages of ${limit}`);
  }
});

test('a page has no more partitions than the broker allows', async () => {
  await using broker = await TestBroker.start({ settings: { 'max.request.partition.size.limit': '2' } });
  const { topics, nextCursor } = await ask(await filled(broker), []);
  assert.deepEqual(
    topics.map(({ partitions }) => partitions.length),
    [2],
  );
  assert.deepEqual({ ...nextCursor }, { topicName: 'a', partitionIndex: 2 });
});

test('a cursor that fits nothing is refused', async () => {
  await using broker = await TestBroker.start();
  const client = await filled(broker);
  const codeOf = async (cursor: Cursor) => {
    const { topics } = await ask(client, ['a'], 10, cursor);
    return errorName(topics[0]?.errorCode ?? 0);
  };
  assert.equal(await codeOf({ topicName: 'b', partitionIndex: 0 }), 'INVALID_REQUEST');
  assert.equal(await codeOf({ topicName: 'a', partitionIndex: -1 }), 'INVALID_REQUEST');
});
