// What nearly every test of the broker does first: make a topic, put records into it, read them.

import {
  createTopics,
  encodeBatch,
  fetch,
  iterateBatches,
  produce,
  type RecordInput,
  type RequestInput,
  type ResponseOf,
  readRecords,
} from '../../protocol/index.ts';
import type { TestClient } from './test-client.ts';

/** Newest versions of the APIs that still name topics. */
const PRODUCE_BY_NAME = 12;
const FETCH_BY_NAME = 12;

export interface TopicOptions {
  readonly partitions?: number;
  readonly configs?: Readonly<Record<string, string>>;
}

/** Resolves to the topic's id. */
export async function createTopic(client: TestClient, name: string, options: TopicOptions = {}): Promise<string> {
  const { topics } = await client.send(createTopics, 7, {
    topics: [
      {
        name,
        numPartitions: options.partitions ?? 1,
        replicationFactor: 1,
        assignments: [],
        configs: Object.entries(options.configs ?? {}).map(([key, value]) => ({ name: key, value })),
      },
    ],
    timeoutMs: 1000,
  });
  const [topic] = topics;
  if (topic === undefined || topic.errorCode !== 0) throw new Error(topic?.errorMessage ?? 'no topic in the answer');
  return topic.topicId;
}

/** A batch of records with these values, one millisecond apart from `firstTimestamp` on. */
export function batchOf(
  values: readonly string[],
  options: Omit<Parameters<typeof encodeBatch>[0], 'records'> & { firstTimestamp?: bigint } = {},
): Buffer {
  const { firstTimestamp = 1_700_000_000_000n, ...batchOptions } = options;
  const records = values.map(
    (value, index): RecordInput => ({
      timestamp: firstTimestamp + BigInt(index),
      key: Buffer.from(`key of ${value}`),
      value: Buffer.from(value),
    }),
  );
  return encodeBatch({ ...batchOptions, records });
}

export interface ProduceTo {
  readonly topic: string;
  readonly partition?: number;
  readonly acks?: number;
  readonly version?: number;
  readonly clientId?: string;
}

export function produceRequest(to: ProduceTo, records: Buffer | null): RequestInput<typeof produce> {
  return {
    transactionalId: null,
    acks: to.acks ?? -1,
    timeoutMs: 1000,
    topicData: [{ name: to.topic, partitionData: [{ index: to.partition ?? 0, records }] }],
  };
}

type ProducedPartition = ResponseOf<typeof produce>['responses'][number]['partitionResponses'][number];

export async function produceTo(client: TestClient, to: ProduceTo, records: Buffer | null): Promise<ProducedPartition> {
  const { version = PRODUCE_BY_NAME, clientId } = to;
  const { responses } = await client.send(produce, version, produceRequest(to, records), clientId);
  const [partition] = responses[0]?.partitionResponses ?? [];
  if (partition === undefined) throw new Error('no partition in the answer');
  return partition;
}

export interface FetchFrom {
  readonly topic: string;
  readonly partition?: number;
  readonly offset?: bigint;
  readonly maxWaitMs?: number;
  readonly minBytes?: number;
  readonly maxBytes?: number;
  readonly partitionMaxBytes?: number;
  readonly isolationLevel?: number;
  readonly version?: number;
}

export function fetchRequest(from: FetchFrom): RequestInput<typeof fetch> {
  const { topic, partition = 0, offset = 0n, partitionMaxBytes = 1 << 20 } = from;
  return {
    replicaId: -1,
    maxWaitMs: from.maxWaitMs ?? 0,
    minBytes: from.minBytes ?? 1,
    maxBytes: from.maxBytes ?? 1 << 20,
    isolationLevel: from.isolationLevel ?? 0,
    topics: [{ topic, partitions: [{ partition, fetchOffset: offset, partitionMaxBytes }] }],
    forgottenTopicsData: [],
  };
}

type FetchedPartition = ResponseOf<typeof fetch>['responses'][number]['partitions'][number];

export async function fetchFrom(client: TestClient, from: FetchFrom): Promise<FetchedPartition> {
  const { responses } = await client.send(fetch, from.version ?? FETCH_BY_NAME, fetchRequest(from));
  const [partition] = responses[0]?.partitions ?? [];
  if (partition === undefined) throw new Error('no partition in the answer');
  return partition;
}

/** Every record of a fetched partition, also those before the offset that was asked for. */
export function recordsOf({ records }: Pick<FetchedPartition, 'records'>) {
  const bytes = records ?? Buffer.alloc(0);
  return [...iterateBatches(bytes)].flatMap((header) =>
    Array.from(readRecords(bytes, header), ({ offset, timestamp, value }) => ({
      offset,
      timestamp,
      value: value?.toString() ?? null,
    })),
  );
}

export function valuesOf(partition: Pick<FetchedPartition, 'records'>): (string | null)[] {
  return recordsOf(partition).map(({ value }) => value);
}
