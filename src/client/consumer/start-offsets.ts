// Finds where partitions are to be read from: what the group has committed, a place or time that was asked for, or the reset policy.

import { type CommittedOffset, listGroupOffsets } from '../admin/group-offsets.ts';
import { listOffsets, type OffsetSpec } from '../admin/list-offsets.ts';
import type { Cluster } from '../cluster.ts';
import { ClientError } from '../errors.ts';
import { partitionName } from '../topic-partition.ts';
import type { AssignedPartition } from './assigned-partition.ts';
import type { ConsumerSettings } from './consumer-settings.ts';

/** Sets the position of every partition that has only a place yet. */
export async function findStartOffsets(
  cluster: Cluster,
  settings: ConsumerSettings,
  partitions: Iterable<AssignedPartition>,
  signal?: AbortSignal,
): Promise<void> {
  const unknown = [...partitions].filter((partition) => partition.position === undefined);
  if (unknown.length === 0) return;
  const places = new Map(unknown.map((partition) => [partition, partition.start]));
  await useCommitted(cluster, settings, unknown, signal);
  const asked = unknown.filter((partition) => partition.position === undefined);
  if (asked.length === 0) return;
  const queries = asked.map((partition) => ({
    topic: partition.topic,
    partition: partition.partition,
    spec: specOf(cluster, partition, settings),
  }));
  const found = await listOffsets(cluster, queries, { signal, readCommitted: settings.readCommitted });
  // No record is that late: what comes next will be.
  const ends = await endsOf(
    cluster,
    settings,
    found.filter(({ offset, error }) => offset === undefined && !error),
    signal,
  );
  for (const [index, { offset, error }] of found.entries()) {
    const partition = asked[index];
    if (error) throw error;
    // A seek or a rebalance meanwhile has the last word.
    if (partition === undefined || partition.start !== places.get(partition)) continue;
    const start = offset ?? ends.get(partitionName(partition));
    if (start !== undefined) partition.seek(start);
  }
}

async function useCommitted(
  cluster: Cluster,
  settings: ConsumerSettings,
  unknown: readonly AssignedPartition[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const waiting = unknown.filter(({ start }) => typeof start !== 'bigint' && start.at === 'committed');
  if (waiting.length === 0) return;
  const committed = new Map<string, CommittedOffset>();
  if (settings.groupId !== undefined) {
    const options = { signal, partitions: waiting, requireStable: true };
    for (const offset of await listGroupOffsets(cluster, settings.groupId, options))
      committed.set(partitionName(offset), offset);
  }
  for (const partition of waiting) {
    const found = committed.get(partitionName(partition));
    if (found === undefined) continue;
    partition.seek(found.offset);
    partition.readEpoch = found.leaderEpoch;
  }
}

function specOf(cluster: Cluster, partition: AssignedPartition, { autoOffsetReset }: ConsumerSettings): OffsetSpec {
  if (typeof partition.start !== 'bigint' && partition.start.at === 'spec') return partition.start.spec;
  if (typeof autoOffsetReset === 'object')
    return BigInt(Math.trunc(cluster.settings.platform.clock.now() - autoOffsetReset.byDurationMs));
  if (autoOffsetReset !== 'none') return autoOffsetReset;
  throw new ClientError(
    `Cannot read ${partitionName(partition)}: nothing is committed for it, and there is no rule for where to begin`,
  );
}

async function endsOf(
  cluster: Cluster,
  settings: ConsumerSettings,
  partitions: readonly { readonly topic: string; readonly partition: number }[],
  signal: AbortSignal | undefined,
): Promise<Map<string, bigint>> {
  if (partitions.length === 0) return new Map();
  const queries = partitions.map(({ topic, partition }) => ({ topic, partition, spec: 'latest' as const }));
  const found = await listOffsets(cluster, queries, { signal, readCommitted: settings.readCommitted });
  return new Map(found.flatMap((end) => (end.offset === undefined ? [] : [[partitionName(end), end.offset]])));
}
