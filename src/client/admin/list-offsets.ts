// ListOffsets: where partitions begin and end, and which offset a time has. Each leader is asked for its partitions.

import { KafkaError, listOffsets as listOffsetsApi } from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { groupBy, groupByTopic, partitionName, type TopicPartition } from '../topic-partition.ts';
import { answered, itemError } from './response-error.ts';

/** The names that Kafka's tools use, with the timestamps that stand for them on the wire. */
const SPECIAL = {
  latest: -1n,
  earliest: -2n,
  'max-timestamp': -3n,
  'earliest-local': -4n,
  'latest-tiered': -5n,
} as const;

/** A well-known place, or a time (ms since 1970): the first record of that time or later. */
export type OffsetSpec = keyof typeof SPECIAL | bigint;

/** A question about one partition. */
export interface OffsetQuery extends TopicPartition {
  readonly spec: OffsetSpec;
}

/** The answer to one question. */
export interface FoundOffset extends TopicPartition {
  /** Undefined when no record is that late, or there is no such place. */
  readonly offset: bigint | undefined;
  /** Of the record, ms; undefined when the question was not for a time. */
  readonly timestamp: bigint | undefined;
  /** -1 when unknown. */
  readonly leaderEpoch: number;
  readonly error: KafkaError | undefined;
}

/** How `Admin.listOffsets` is to see open transactions. */
export interface ListOffsetsOptions extends RetryScope {
  /** `latest` is then the last stable offset: open transactions lie behind it. */
  readonly readCommitted?: boolean | undefined;
}

/** One answer for each query, in their order. */
export async function listOffsets(
  cluster: Cluster,
  queries: readonly OffsetQuery[],
  options: ListOffsetsOptions = {},
): Promise<FoundOffset[]> {
  const numbered = numberByPartition(queries);
  // A request has room for one question about each partition.
  const rounds = [...groupBy(numbered, ({ round }) => round)].map(async ([round, group]) => {
    const questions = group.map(({ query }) => query);
    const found = await cluster.retry('list offsets', options, () => askLeaders(cluster, questions, options));
    return [round, found] as const;
  });
  const answers = new Map(await Promise.all(rounds));
  return numbered.map(({ round, query }) => {
    const answer = answers.get(round)?.get(partitionName(query));
    return answered(answer, `list the offsets of ${partitionName(query)}`);
  });
}

/** Each query with how many before it ask about the same partition. */
function numberByPartition(queries: readonly OffsetQuery[]): { readonly round: number; readonly query: OffsetQuery }[] {
  const counts = new Map<string, number>();
  return queries.map((query) => {
    const round = counts.get(partitionName(query)) ?? 0;
    counts.set(partitionName(query), round + 1);
    return { round, query };
  });
}

async function askLeaders(
  cluster: Cluster,
  queries: readonly OffsetQuery[],
  options: ListOffsetsOptions,
): Promise<Map<string, FoundOffset>> {
  const { signal } = options;
  const unknown = [...groupByTopic(queries).keys()].filter((topic) => !cluster.topics.peek(topic));
  if (unknown.length > 0) await cluster.topics.ask(unknown, { signal });
  const found = new Map<string, FoundOffset>();
  const led: (OffsetQuery & { leader: number; leaderEpoch: number })[] = [];
  for (const query of queries) {
    const topic = cluster.topics.peek(query.topic);
    const partition = topic?.partitions.find((candidate) => candidate.partition === query.partition);
    if (partition === undefined) {
      const reason = `there is no partition ${partitionName(query)}`;
      found.set(
        partitionName(query),
        failed(query, new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `Cannot list offsets: ${reason}`)),
      );
    } else if (partition.leader < 0) {
      throw new KafkaError('LEADER_NOT_AVAILABLE', `Partition ${partitionName(query)} has no leader`);
    } else {
      led.push({ ...query, leader: partition.leader, leaderEpoch: partition.leaderEpoch });
    }
  }
  await Promise.all(
    [...groupBy(led, (query) => query.leader)].map(([leader, group]) =>
      askLeader(cluster, leader, group, options, found),
    ),
  );
  return found;
}

async function askLeader(
  cluster: Cluster,
  leader: number,
  queries: readonly (OffsetQuery & { leaderEpoch: number })[],
  options: ListOffsetsOptions,
  found: Map<string, FoundOffset>,
): Promise<void> {
  const { signal } = options;
  const topics = [...groupByTopic(queries)].map(([name, items]) => ({
    name,
    partitions: items.map(({ partition, spec, leaderEpoch }) => ({
      partitionIndex: partition,
      currentLeaderEpoch: leaderEpoch,
      timestamp: typeof spec === 'bigint' ? spec : SPECIAL[spec],
    })),
  }));
  const response = await cluster.sendToNode(
    leader,
    listOffsetsApi,
    (version) => ({
      replicaId: -1,
      topics,
      ...(version >= 2 ? { isolationLevel: options.readCommitted ? 1 : 0 } : {}),
      ...(version >= 10 ? { timeoutMs: cluster.settings.requestTimeoutMs } : {}),
    }),
    { signal },
  );
  for (const { name, partitions } of response.topics) {
    for (const { partitionIndex, errorCode, offset, timestamp, leaderEpoch } of partitions) {
      const place = { topic: name, partition: partitionIndex };
      const error = itemError(errorCode, `list the offsets of ${partitionName(place)}`);
      found.set(
        partitionName(place),
        error
          ? failed(place, error)
          : {
              ...place,
              offset: offset < 0n ? undefined : offset,
              timestamp: timestamp < 0n ? undefined : timestamp,
              leaderEpoch,
              error: undefined,
            },
      );
    }
  }
}

function failed({ topic, partition }: TopicPartition, error: KafkaError): FoundOffset {
  return { topic, partition, offset: undefined, timestamp: undefined, leaderEpoch: -1, error };
}
