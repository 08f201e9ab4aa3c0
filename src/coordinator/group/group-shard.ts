// The groups and offsets of one partition of `__consumer_offsets`, as its log tells them.

import type { Clock, Random } from '../../platform/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { LogMarker } from '../runtime/coordinator-log.ts';
import type { ReplayContext, ShardContext, StateMachine } from '../runtime/state-machine.ts';
import { ClassicGroup } from './classic/classic-group.ts';
import { groupFromRecord } from './classic/classic-replay.ts';
import { prepareRebalance } from './classic/rebalance.ts';
import { restartSession } from './classic/session.ts';
import { ConsumerGroup } from './consumer/consumer-group.ts';
import { resumeTimers } from './consumer/consumer-timers.ts';
import type { GroupTopics, TopicsChange } from './consumer/group-topics.ts';
import { consumerGroup, shareGroup, streamsGroup } from './find-group.ts';
import type { Group } from './group.ts';
import type { GroupConfig, GroupContext } from './group-context.ts';
import type { GroupRecord } from './group-record.ts';
import { endTransactionOfOffsets } from './offsets/commit-transactional-offsets.ts';
import { CommittedOffsets } from './offsets/committed-offsets.ts';
import { scheduleExpiration } from './offsets/expire-offsets.ts';
import { PendingOffsets } from './offsets/pending-offsets.ts';
import { ShareGroup } from './share/share-group.ts';
import { shareGroupRecords } from './share/share-group-record.ts';
import { startShareSession } from './share/share-heartbeat.ts';
import { StreamsGroup } from './streams/streams-group.ts';
import { streamsGroupRecords } from './streams/streams-record.ts';
import { resumeTimers as resumeStreamsTimers } from './streams/streams-timers.ts';

export interface GroupShardOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly config: GroupConfig;
  /** The cluster's topics at this moment. */
  topics(): GroupTopics;
  /** The settings that the group has of its own, as texts. */
  groupConfig(groupId: string): Readonly<Record<string, string>>;
}

export class GroupShard implements StateMachine<GroupRecord> {
  readonly context: GroupContext;
  #newestTopicsVersion = 0n;

  constructor(options: GroupShardOptions, shard: ShardContext<GroupRecord>) {
    const logger = options.logger.child({ partition: shard.partition });
    const offsets = new CommittedOffsets();
    const pendingOffsets = new PendingOffsets();
    this.#newestTopicsVersion = options.topics().version;
    this.context = {
      clock: options.clock,
      random: options.random,
      config: options.config,
      topics: () => options.topics(),
      newestTopicsVersion: () => this.#newestTopicsVersion,
      groupConfig: (groupId) => options.groupConfig(groupId),
      logger,
      shard,
      groups: new Map(),
      offsets,
      pendingOffsets,
    };
  }

  replay(record: GroupRecord, { position, isLoading, producer }: ReplayContext): void {
    const { clock, groups, offsets, pendingOffsets } = this.context;
    if (record.kind === 'group-metadata') {
      const { key, value } = record;
      if (value === null) groups.delete(key.group);
      else groups.set(key.group, groupFromRecord(key.group, value));
    } else if (streamsGroupRecords.has(record)) {
      const group = streamsGroup(this.context, record.key.groupId);
      this.#replayGroup(record, record.kind === 'streams-group', group, (groupId) => new StreamsGroup(groupId));
    } else if (shareGroupRecords.has(record)) {
      const group = shareGroup(this.context, record.key.groupId);
      // Whatever was under way before a start is so no more, and need not be waited for.
      const sinceMs = isLoading ? 0 : clock.now();
      const create = (groupId: string) => new ShareGroup(groupId);
      this.#replayGroup(record, record.kind === 'share-group', group, create, sinceMs);
    } else if (record.kind !== 'offset-commit') {
      const group = consumerGroup(this.context, record.key.groupId);
      this.#replayGroup(record, record.kind === 'consumer-group', group, (groupId) => new ConsumerGroup(groupId));
    } else {
      const { key, value } = record;
      if (value === null) {
        offsets.delete(key.group, key.topic, key.partition);
        pendingOffsets.delete(key.group, key.topic, key.partition);
      } else {
        if (!groups.has(key.group)) groups.set(key.group, simpleGroup(key.group, value.commitTimestamp));
        const { group: groupId, topic, partition } = key;
        if (producer === undefined) offsets.set(groupId, topic, partition, { ...value, position });
        else pendingOffsets.add(producer.producerId, { groupId, topic, partition, value, position });
      }
    }
  }

  replayMarker({ producerId, isCommit }: Pick<LogMarker, 'producerId' | 'isCommit'>): void {
    endTransactionOfOffsets(this.context, producerId, isCommit);
  }

  onLoaded(): void {
    const { config, groups, logger } = this.context;
    let members = 0;
    for (const group of groups.values()) {
      members += group.size;
      if (group.type === 'consumer') {
        resumeTimers(this.context, group);
        continue;
      }
      if (group.type === 'streams') {
        resumeStreamsTimers(this.context, group);
        continue;
      }
      if (group.type === 'share') {
        for (const { memberId } of group.members) startShareSession(this.context, group.groupId, memberId);
        continue;
      }
      for (const member of group.members) restartSession(this.context, group, member);
      // The limit may have been lowered. A rebalance gives everyone a chance to commit before the last ones are left out.
      if (group.size > config['group.max.size'])
        prepareRebalance(this.context, group, 'the group has too many members');
    }
    scheduleExpiration(this.context);
    if (groups.size > 0) logger.info({ groups: groups.size, members }, 'loaded groups');
  }

  /** Groups that depend on one of the topics look at it with the next request of a member. */
  onTopicsChanged({ changed, hasNewTopics }: TopicsChange): void {
    const { groups, topics } = this.context;
    if (hasNewTopics) this.#newestTopicsVersion = topics().version;
    for (const group of groups.values()) {
      if (group.type !== 'classic' && changed.some((name) => group.dependsOn(name))) group.needsMetadataRefresh = true;
    }
  }

  /** A record of a kind of group that changes by its records only. `isGroup` where a tombstone is the end of the group. */
  #replayGroup<R extends Replayable, G extends Group & { apply(record: R, sinceMs: number): void }>(
    record: R,
    isGroup: boolean,
    current: G | undefined,
    create: (groupId: string) => G,
    sinceMs = 0,
  ): void {
    const { groups } = this.context;
    const { groupId } = record.key;
    if (isGroup && record.value === null) {
      if (current !== undefined) groups.delete(groupId);
    } else if (current !== undefined) {
      current.apply(record, sinceMs);
    } else if (record.value !== null) {
      // A group that is there for its offsets only has no records of its own, and gives way.
      const group = create(groupId);
      groups.set(groupId, group);
      group.apply(record, sinceMs);
    }
  }
}

interface Replayable {
  readonly key: { readonly groupId: string };
  readonly value: unknown;
}

/** A group that nobody joins: it is there for its offsets. */
function simpleGroup(groupId: string, commitTimestamp: bigint): ClassicGroup {
  return new ClassicGroup(groupId, {
    state: 'Empty',
    generationId: 0,
    protocolType: null,
    protocolName: null,
    leaderId: null,
    stateTimestampMs: commitTimestamp,
  });
}
