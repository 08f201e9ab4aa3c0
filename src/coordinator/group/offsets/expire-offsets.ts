// Committed offsets end some time after nobody needs them (KIP-211), and groups without members and offsets end with them.

import type { OffsetCommitValue } from '../../../protocol/index.ts';
import type { Group } from '../group.ts';
import type { GroupContext, GroupResult } from '../group-context.ts';
import { type GroupRecord, groupTombstones, offsetTombstone } from '../group-record.ts';
import type { ShareGroup } from '../share/share-group.ts';

type OffsetsGroup = Exclude<Group, ShareGroup>;

const TIMER_KEY = 'expire-offsets';
const MS_PER_MINUTE = 60_000n;

/** Looks for expired offsets now and then, as long as the partition is in service. */
export function scheduleExpiration(context: GroupContext): void {
  context.shard.timers.schedule(TIMER_KEY, context.config['offsets.retention.check.interval.ms'], () => {
    scheduleExpiration(context);
    return expireOffsets(context);
  });
}

export function expireOffsets(context: GroupContext): GroupResult<undefined> {
  const records: GroupRecord[] = [];
  for (const group of context.groups.values()) {
    // It has no offsets, and stays until it is deleted.
    if (group.type === 'share') continue;
    const expired = expiredOffsets(context, group);
    records.push(...expired.tombstones);
    if (expired.areAll && group.isEmpty && !context.pendingOffsets.hasGroup(group.groupId))
      records.push(...groupTombstones(group));
  }
  if (records.length > 0) context.logger.info({ records: records.length }, 'removed expired offsets and groups');
  return { records, response: undefined, isDivisible: true };
}

function expiredOffsets({ clock, config, offsets, pendingOffsets }: GroupContext, group: OffsetsGroup) {
  const { groupId } = group;
  const nowMs = BigInt(clock.now());
  const retentionMs = BigInt(config['offsets.retention.minutes']) * MS_PER_MINUTE;
  const tombstones: GroupRecord[] = [];
  let areAll = true;
  for (const [topic, partitions] of offsets.ofGroup(groupId)) {
    for (const [partition, value] of partitions) {
      const isInUse = group.isSubscribedTo(topic) || pendingOffsets.has(groupId, topic, partition);
      if (!isInUse && hasExpired(group, value, nowMs, retentionMs))
        tombstones.push(offsetTombstone(groupId, topic, partition));
      else areAll = false;
    }
  }
  return { tombstones, areAll };
}

function hasExpired(group: OffsetsGroup, value: OffsetCommitValue, nowMs: bigint, retentionMs: bigint): boolean {
  const sinceMs = unusedSinceMs(group, value);
  if (sinceMs === undefined) return false;
  return value.expireTimestamp === -1n ? nowMs - sinceMs >= retentionMs : nowMs >= value.expireTimestamp;
}

/** From when the retention counts; undefined while the offset may be in use. */
function unusedSinceMs(group: OffsetsGroup, { commitTimestamp }: OffsetCommitValue): bigint | undefined {
  if (group.type !== 'classic' || group.protocolType === null) return commitTimestamp;
  if (group.isEmpty) return group.stateTimestampMs ?? commitTimestamp;
  const isKnownUnused = group.usesConsumerProtocol && group.subscribedTopics !== undefined && group.state === 'Stable';
  return isKnownUnused ? commitTimestamp : undefined;
}
