// Reads the partitions of a fetch, one after the other, within the bytes that the client takes.

import { errorCode, KafkaError } from '../../protocol/index.ts';
import type { Isolation, Partition, ReadResult } from '../../storage/index.ts';
import { isAuthorizedForCluster, requireTopic } from '../authorization.ts';
import type { RequestContext } from '../handler.ts';
import { asKafkaError } from '../kafka-error.ts';
import { checkLeaderEpoch, leaderPartition, topicName } from '../partitions.ts';
import type { FetchTarget } from './fetch-session.ts';

/** Where a client's log and ours part ways (KIP-595's truncation by epoch). */
export interface DivergingEpoch {
  readonly epoch: number;
  readonly endOffset: bigint;
}

export interface PartitionRead {
  readonly target: FetchTarget;
  /** Undefined when the target names none that exists. */
  readonly partition: Partition | undefined;
  readonly error: KafkaError | undefined;
  readonly result: ReadResult | undefined;
  readonly divergingEpoch: DivergingEpoch | undefined;
  /** Set while the partition's log is being loaded: nothing can be said of it yet, and the others need not wait for it. */
  readonly loading?: Promise<Partition>;
}

export interface FetchLimits {
  /** Bytes in the whole answer; the first batch found comes whole even when it is larger. */
  readonly maxBytes: number;
  readonly isolation: Isolation;
  /** Whether another broker asks, to follow the log. */
  readonly isReplica: boolean;
}

/** Reads every target. An error of one partition stands in its result and disturbs no other. */
export async function readPartitions(
  targets: readonly FetchTarget[],
  limits: FetchLimits,
  context: RequestContext,
): Promise<PartitionRead[]> {
  const reads: PartitionRead[] = [];
  let remainingBytes = limits.maxBytes;
  let hasRecords = false;
  for (const target of targets) {
    const pending = readPartition(target, remainingBytes, !hasRecords, limits, context);
    const read = pending instanceof Promise ? await pending : pending;
    remainingBytes = Math.max(0, remainingBytes - sizeOf(read));
    hasRecords ||= sizeOf(read) > 0;
    reads.push(read);
  }
  return reads;
}

/** Bytes of records. */
export function sizeOf(read: PartitionRead): number {
  return read.result?.sizeInBytes ?? 0;
}

/** The error code that an answer gives for a partition. */
export function errorCodeOf(read: PartitionRead): number {
  return read.error === undefined ? 0 : errorCode(read.error.code);
}

function readPartition(
  target: FetchTarget,
  remainingBytes: number,
  minOneBatch: boolean,
  { isolation, isReplica }: FetchLimits,
  context: RequestContext,
): PartitionRead | Promise<PartitionRead> {
  let partition: Partition | undefined;
  try {
    if (isReplica && !isAuthorizedForCluster(context, 'clusterAction'))
      throw new KafkaError('TOPIC_AUTHORIZATION_FAILED');
    const topic = topicName(context, { name: target.topic, topicId: target.topicId });
    if (!isReplica) requireTopic(context, 'read', topic);
    const found = leaderPartition(context.services, topic, target.partition);
    // The log is nowhere else.
    if (isReplica) throw new KafkaError('NOT_LEADER_OR_FOLLOWER');
    if (found instanceof Promise) return { ...nothingOf(target), loading: found };
    partition = found;
    checkLeaderEpoch(found, target.currentLeaderEpoch);
    const divergingEpoch = divergence(found, target);
    if (divergingEpoch !== undefined)
      return { target, partition, error: undefined, result: emptyResult(found), divergingEpoch };
    const result = found.read({
      offset: target.fetchOffset,
      maxBytes: Math.min(target.maxBytes, remainingBytes),
      minOneBatch,
      isolation,
    });
    if (!(result instanceof Promise)) return { target, partition, error: undefined, result, divergingEpoch: undefined };
    return result.then(
      (late) => ({ target, partition: found, error: undefined, result: late, divergingEpoch: undefined }),
      (error) => failed(target, found, error, context),
    );
  } catch (error) {
    return failed(target, partition, error, context);
  }
}

function nothingOf(target: FetchTarget): PartitionRead {
  return { target, partition: undefined, error: undefined, result: undefined, divergingEpoch: undefined };
}

function failed(
  target: FetchTarget,
  partition: Partition | undefined,
  error: unknown,
  context: RequestContext,
): PartitionRead {
  return { target, partition, error: asKafkaError(error, context), result: undefined, divergingEpoch: undefined };
}

/** Tells a client whose last record is of an epoch that ended earlier here where that was. */
function divergence(partition: Partition, target: FetchTarget): DivergingEpoch | undefined {
  if (target.lastFetchedEpoch === -1) return undefined;
  const end = partition.endOffsetForEpoch(target.lastFetchedEpoch);
  if (end === undefined) throw new KafkaError('OFFSET_OUT_OF_RANGE');
  if (end.leaderEpoch === target.lastFetchedEpoch && end.endOffset >= target.fetchOffset) return undefined;
  return { epoch: end.leaderEpoch, endOffset: end.endOffset };
}

function emptyResult(partition: Partition): ReadResult {
  return {
    records: [],
    sizeInBytes: 0,
    highWatermark: partition.highWatermark,
    lastStableOffset: partition.lastStableOffset,
    logStartOffset: partition.logStartOffset,
    abortedTransactions: null,
  };
}
