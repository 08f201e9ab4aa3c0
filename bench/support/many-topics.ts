// Topics with very many partitions, and the moment at which each of these has a leader and a log.

import type { Admin } from '../../src/client/index.ts';

const PARTITIONS_PER_TOPIC = 100;
/** Apache Kafka refuses more than 10,000 partitions in one request. */
const TOPICS_PER_REQUEST = 50;
const TIMEOUT_MS = 600_000;

export interface BenchTopic {
  readonly name: string;
  readonly numPartitions: number;
  readonly replicationFactor: number;
}

/** Topics that have so many partitions together. */
export function topicsWith(partitions: number): readonly BenchTopic[] {
  return Array.from({ length: Math.ceil(partitions / PARTITIONS_PER_TOPIC) }, (_, index) => ({
    name: `many-${index}`,
    numPartitions: Math.min(PARTITIONS_PER_TOPIC, partitions - index * PARTITIONS_PER_TOPIC),
    replicationFactor: 1,
  }));
}

/** Resolves when each partition has a leader. */
export async function createAll(admin: Admin, topics: readonly BenchTopic[]): Promise<void> {
  for (let index = 0; index < topics.length; index += TOPICS_PER_REQUEST) {
    const created = await admin.createTopics(topics.slice(index, index + TOPICS_PER_REQUEST));
    for (const { name, error } of created) if (error) throw new Error(`${name}: ${error}`);
  }
  await untilAllLed(admin, topics);
}

/** A leader in the metadata, and a log that answers: where the log begins is asked of each. */
export async function untilAllLed(admin: Admin, topics: readonly BenchTopic[]): Promise<void> {
  const queries = topics.flatMap(({ name, numPartitions }) =>
    Array.from({ length: numPartitions }, (_, partition) => ({ topic: name, partition, spec: 'earliest' as const })),
  );
  const end = performance.now() + TIMEOUT_MS;
  while (performance.now() < end) {
    const found = await admin.listOffsets(queries);
    if (found.every(({ error, offset }) => error === undefined && offset !== undefined)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('not all partitions have a leader in time');
}
