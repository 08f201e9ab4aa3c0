// Which log directory of a broker holds a replica, and moves from one to another (KIP-113).

import { alterReplicaLogDirs as alterApi, type KafkaError } from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { responseError } from '../response-error.ts';
import { groupBy, groupByTopic, partitionName, type TopicPartition } from '../topic-partition.ts';
import { describeLogDirs } from './describe-log-dirs.ts';

/** A partition on one broker. */
export interface Replica extends TopicPartition {
  readonly brokerId: number;
}

/** The directory in which a replica is to lie. */
export interface ReplicaMove extends Replica {
  /** The log directory to move to. */
  readonly path: string;
}

/** What became of one replica. */
export interface ReplicaResult extends Replica {
  readonly error: KafkaError | undefined;
}

/** Where a replica lies, and whereto it is on the move. */
export interface ReplicaLogDirs extends Replica {
  /** Undefined when the broker has no such replica. */
  readonly path: string | undefined;
  readonly offsetLag: bigint | undefined;
  /** Where it is on its way to, and how far behind it is there. */
  readonly future: { readonly path: string; readonly offsetLag: bigint } | undefined;
}

export async function alterReplicaLogDirs(
  cluster: Cluster,
  moves: readonly ReplicaMove[],
  options: RetryScope = {},
): Promise<ReplicaResult[]> {
  const byBroker = [...groupBy(moves, ({ brokerId }) => brokerId)];
  return (await Promise.all(byBroker.map(([brokerId, group]) => moveAt(cluster, brokerId, group, options)))).flat();
}

function moveAt(
  cluster: Cluster,
  brokerId: number,
  moves: readonly ReplicaMove[],
  options: RetryScope,
): Promise<ReplicaResult[]> {
  const dirs = [...groupBy(moves, ({ path }) => path)].map(([path, group]) => ({
    path,
    topics: [...groupByTopic(group)].map(([name, items]) => ({
      name,
      partitions: items.map(({ partition }) => partition),
    })),
  }));
  return cluster.retry(`move replicas of broker ${brokerId}`, options, async () => {
    const { results } = await cluster.sendToNode(brokerId, alterApi, { dirs }, { signal: options.signal });
    return results.flatMap(({ topicName, partitions }) =>
      partitions.map(({ partitionIndex, errorCode }) => {
        const place = { topic: topicName, partition: partitionIndex };
        // Not `itemError`: a directory that is out of order stays so.
        const error = responseError(errorCode, `move ${partitionName(place)} on broker ${brokerId}`);
        return { ...place, brokerId, error };
      }),
    );
  });
}

/** One answer for each replica, in their order. */
export async function describeReplicaLogDirs(
  cluster: Cluster,
  replicas: readonly Replica[],
  options: RetryScope = {},
): Promise<ReplicaLogDirs[]> {
  const dirs = await describeLogDirs(cluster, [...new Set(replicas.map(({ brokerId }) => brokerId))], options);
  const held = dirs.flatMap(({ brokerId, path, partitions }) =>
    partitions.map((partition) => ({ ...partition, brokerId, path })),
  );
  return replicas.map(({ topic, partition, brokerId }) => {
    const found = held.filter(
      (replica) => replica.brokerId === brokerId && replica.topic === topic && replica.partition === partition,
    );
    const current = found.find(({ isFuture }) => !isFuture);
    const future = found.find(({ isFuture }) => isFuture);
    return {
      ...{ topic, partition, brokerId, path: current?.path, offsetLag: current?.offsetLag },
      future: future && { path: future.path, offsetLag: future.offsetLag },
    };
  });
}
