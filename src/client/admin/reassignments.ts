// Where the replicas of partitions are: AlterPartitionReassignments, ListPartitionReassignments (KIP-455), and who of them leads: ElectLeaders
// (KIP-460).

import {
  alterPartitionReassignments as alterApi,
  electLeaders as electApi,
  type KafkaError,
  listPartitionReassignments as listApi,
} from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { groupByTopic, partitionName, type TopicPartition } from '../topic-partition.ts';
import { itemError, throwResponseError } from './response-error.ts';

const ELECTIONS = { preferred: 0, unclean: 1 } as const;

/** Where the replicas of one partition are to be. */
export interface NewReassignment extends TopicPartition {
  /** Node ids, the preferred leader first; null ends the reassignment that is under way. */
  readonly replicas: readonly number[] | null;
}

/** What became of one partition. */
export interface PartitionResult extends TopicPartition {
  readonly error: KafkaError | undefined;
}

/** A partition whose replicas are on the move. */
export interface PartitionReassignment extends TopicPartition {
  /** All replicas, coming and going ones too. */
  readonly replicas: readonly number[];
  readonly addingReplicas: readonly number[];
  readonly removingReplicas: readonly number[];
}

/** `preferred`: the first replica. `unclean`: any, also one that is not in sync, so that records may be lost. */
export type ElectionType = keyof typeof ELECTIONS;

export function alterPartitionReassignments(
  cluster: Cluster,
  reassignments: readonly NewReassignment[],
  options: RetryScope = {},
): Promise<PartitionResult[]> {
  const topics = [...groupByTopic(reassignments)].map(([name, items]) => ({
    name,
    partitions: items.map(({ partition, replicas }) => ({
      partitionIndex: partition,
      replicas: replicas && [...replicas],
    })),
  }));
  return cluster.retry('reassign partitions', options, async (remainingMs) => {
    const request = { timeoutMs: Math.ceil(remainingMs), topics };
    const response = await cluster.sendToController(alterApi, request, { signal: options.signal });
    throwResponseError(response.errorCode, 'reassign partitions', response.errorMessage);
    return response.responses.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, errorCode, errorMessage }) => {
        const place = { topic: name, partition: partitionIndex };
        return { ...place, error: itemError(errorCode, `reassign ${partitionName(place)}`, errorMessage) };
      }),
    );
  });
}

/** Those under way, of these partitions or, without them, of all. */
export function listPartitionReassignments(
  cluster: Cluster,
  partitions?: readonly TopicPartition[],
  options: RetryScope = {},
): Promise<PartitionReassignment[]> {
  const topics =
    partitions &&
    topicsOf(partitions).map(({ topic, partitions: partitionIndexes }) => ({ name: topic, partitionIndexes }));
  return cluster.retry('list reassignments', options, async (remainingMs) => {
    const request = { timeoutMs: Math.ceil(remainingMs), topics: topics ?? null };
    const response = await cluster.sendToController(listApi, request, { signal: options.signal });
    throwResponseError(response.errorCode, 'list reassignments', response.errorMessage);
    return response.topics.flatMap(({ name, partitions: items }) =>
      items.map(({ partitionIndex, ...replicas }) => ({ topic: name, partition: partitionIndex, ...replicas })),
    );
  });
}

/** Of these partitions or, without them, of all. A partition that is led by the right replica already has the error ELECTION_NOT_NEEDED. */
export function electLeaders(
  cluster: Cluster,
  election: ElectionType,
  partitions?: readonly TopicPartition[],
  options: RetryScope = {},
): Promise<PartitionResult[]> {
  const topicPartitions = partitions === undefined ? null : topicsOf(partitions);
  return cluster.retry('elect leaders', options, async (remainingMs) => {
    const timeoutMs = Math.ceil(remainingMs);
    const response = await cluster.sendToController(
      electApi,
      (version) => ({ topicPartitions, timeoutMs, ...(version >= 1 && { electionType: ELECTIONS[election] }) }),
      { signal: options.signal },
    );
    throwResponseError(response.errorCode, 'elect leaders');
    return response.replicaElectionResults.flatMap(({ topic, partitionResult }) =>
      partitionResult.map(({ partitionId, errorCode, errorMessage }) => {
        const place = { topic, partition: partitionId };
        return { ...place, error: itemError(errorCode, `elect a leader of ${partitionName(place)}`, errorMessage) };
      }),
    );
  });
}

function topicsOf(partitions: readonly TopicPartition[]): { topic: string; partitions: number[] }[] {
  return [...groupByTopic(partitions)].map(([topic, items]) => ({
    topic,
    partitions: items.map(({ partition }) => partition),
  }));
}
