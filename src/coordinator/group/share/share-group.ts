// A share group (KIP-932): members that share partitions, the target assignment that the broker computed for them, and the partitions whose
// state has been begun. It changes by its records only.

import { KafkaError } from '../../../protocol/index.ts';
import { type Assignment, NO_PARTITIONS, toAssignment } from '../consumer/assigned-partitions.ts';
import { sameSet } from '../consumer/same-set.ts';
import { ModernGroup } from '../modern-group.ts';
import type { ShareGroupRecord } from './share-group-record.ts';
import { newShareMember, type ShareMember, withAssignment, withMetadata, withoutAssignment } from './share-member.ts';
import { NO_SHARE_TOPICS, type ShareTopics, shareTopicsOf } from './share-topics.ts';

export class ShareGroup extends ModernGroup<ShareMember, Assignment> {
  readonly type = 'share';
  readonly protocolType = 'share';
  topics: ShareTopics = NO_SHARE_TOPICS;
  #subscribedTopics: ReadonlySet<string> | undefined;
  #hasUnassignedPartitions: boolean | undefined;

  constructor(groupId: string) {
    super(groupId, NO_PARTITIONS);
  }

  get state(): 'Empty' | 'Stable' {
    return this.isEmpty ? 'Empty' : 'Stable';
  }

  /** Throws NON_EMPTY_GROUP. */
  requireEmpty(): void {
    if (!this.isEmpty) throw new KafkaError('NON_EMPTY_GROUP');
  }

  get subscribedTopics(): ReadonlySet<string> {
    if (this.#subscribedTopics === undefined) {
      const topics = new Set<string>();
      for (const member of this.membersById.values()) for (const name of member.subscribedTopicNames) topics.add(name);
      this.#subscribedTopics = topics;
    }
    return this.#subscribedTopics;
  }

  isSubscribedTo(topic: string): boolean {
    return this.subscribedTopics.has(topic);
  }

  /** Whether a change of the topic changes what members are to own. */
  dependsOn(topic: string): boolean {
    return this.isSubscribedTo(topic);
  }

  /** Whether a subscribed topic has partitions that are ready and that nobody is to have, or the other way round. */
  get hasUnassignedPartitions(): boolean {
    this.#hasUnassignedPartitions ??= !this.isEmpty && this.#differsFromAssignment();
    return this.#hasUnassignedPartitions;
  }

  /**
   * Applies one record; what it says to be under way is so since `sinceMs`. A tombstone of what is not there is passed over: compaction may
   * have removed what it was for.
   */
  apply(record: ShareGroupRecord, sinceMs: number): void {
    this.#hasUnassignedPartitions = undefined;
    switch (record.kind) {
      case 'share-group':
        if (record.value === null) return;
        this.groupEpoch = record.value.epoch;
        this.metadataHash = record.value.metadataHash;
        return;
      case 'share-member': {
        const { memberId } = record.key;
        if (record.value === null) this.membersById.delete(memberId);
        else this.membersById.set(memberId, withMetadata(this.#memberOrNew(memberId), record.value));
        this.#subscribedTopics = undefined;
        return;
      }
      case 'share-target':
        this.assignmentEpoch = record.value?.assignmentEpoch ?? -1;
        this.assignmentTimestampMs = record.value?.assignmentTimestamp ?? 0n;
        return;
      case 'share-target-member':
        if (record.value === null) this.targets.delete(record.key.memberId);
        else this.targets.set(record.key.memberId, toAssignment(record.value.topicPartitions));
        return;
      case 'share-current-member': {
        const { memberId } = record.key;
        const member = this.membersById.get(memberId);
        if (record.value !== null)
          this.membersById.set(memberId, withAssignment(this.#memberOrNew(memberId), record.value));
        else if (member !== undefined) this.membersById.set(memberId, withoutAssignment(member));
        return;
      }
      case 'share-topics':
        this.topics = record.value === null ? NO_SHARE_TOPICS : shareTopicsOf(record.value, sinceMs);
    }
  }

  #memberOrNew(memberId: string): ShareMember {
    return this.membersById.get(memberId) ?? newShareMember(memberId);
  }

  #differsFromAssignment(): boolean {
    const assigned = new Map<string, Set<number>>();
    for (const target of this.targets.values()) {
      for (const [topicId, partitions] of target) {
        const all = assigned.get(topicId) ?? new Set();
        for (const partition of partitions) all.add(partition);
        assigned.set(topicId, all);
      }
    }
    for (const [topicId, { name, partitions }] of this.topics.initialized) {
      if (this.isSubscribedTo(name) && !sameSet(assigned.get(topicId) ?? new Set(), partitions)) return true;
    }
    return false;
  }
}
