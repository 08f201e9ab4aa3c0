// A group of the consumer protocol (KIP-848): its members, the target assignment that the broker computed for them, and what they own on
// the way there. It changes by its records only; a draft is a copy on which a request's records are tried out before they are logged.

import { CONSUMER_PROTOCOL_TYPE } from '../classic/subscribed-topics.ts';
import { ModernGroup } from '../modern-group.ts';
import { type Assignment, NO_PARTITIONS, type OwnedPartitions, toAssignment } from './assigned-partitions.ts';
import {
  type ConsumerMember,
  isReconciledTo,
  LEAVE_EPOCH,
  newConsumerMember,
  regexOf,
  withMetadata,
  withOwnership,
} from './consumer-member.ts';
import type { ConsumerGroupRecord, ResolvedRegex } from './consumer-record.ts';
import { sameSet } from './same-set.ts';

export type ConsumerGroupState = 'Empty' | 'Assigning' | 'Reconciling' | 'Stable';

const NOBODY = -1;

export class ConsumerGroup extends ModernGroup<ConsumerMember, Assignment> {
  readonly type = 'consumer';
  readonly protocolType = CONSUMER_PROTOCOL_TYPE;
  /** Apache Kafka 4.0 has left a record that is to be deleted. */
  hasPartitionMetadataRecord = false;
  readonly #regexes = new Map<string, ResolvedRegex>();
  readonly #staticMemberIds = new Map<string, string>();
  /** The member epoch of each partition's owner. The inner maps are replaced, never changed, so that drafts can share them. */
  readonly #partitionEpochs = new Map<string, ReadonlyMap<number, number>>();
  #subscribedTopics: ReadonlySet<string> | undefined;

  constructor(groupId: string) {
    super(groupId, NO_PARTITIONS);
  }

  /** A copy that can be changed without changing this group. */
  draft(): ConsumerGroup {
    const draft = new ConsumerGroup(this.groupId);
    this.copyTo(draft);
    draft.hasPartitionMetadataRecord = this.hasPartitionMetadataRecord;
    copy(this.#regexes, draft.#regexes);
    copy(this.#staticMemberIds, draft.#staticMemberIds);
    copy(this.#partitionEpochs, draft.#partitionEpochs);
    return draft;
  }

  get state(): ConsumerGroupState {
    if (this.isEmpty) return 'Empty';
    if (this.groupEpoch > this.assignmentEpoch) return 'Assigning';
    for (const member of this.membersById.values())
      if (!isReconciledTo(member, this.assignmentEpoch)) return 'Reconciling';
    return 'Stable';
  }

  staticMember(instanceId: string): ConsumerMember | undefined {
    const memberId = this.#staticMemberIds.get(instanceId);
    return memberId === undefined ? undefined : this.membersById.get(memberId);
  }

  regex(expression: string): ResolvedRegex | undefined {
    return this.#regexes.get(expression);
  }

  get resolvedRegexes(): ReadonlyMap<string, ResolvedRegex> {
    return this.#regexes;
  }

  /** The regular expressions that members subscribe to, with the number of such members. */
  subscribedRegexes(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const member of this.membersById.values()) {
      const regex = regexOf(member);
      if (regex !== undefined) counts.set(regex, (counts.get(regex) ?? 0) + 1);
    }
    return counts;
  }

  /** Topics that members name, and those that their regular expressions stand for. */
  get subscribedTopics(): ReadonlySet<string> {
    if (this.#subscribedTopics === undefined) {
      const topics = new Set<string>();
      for (const member of this.membersById.values()) for (const name of member.subscribedTopicNames) topics.add(name);
      for (const regex of this.#regexes.values()) for (const name of regex.topics) topics.add(name);
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

  isOwned(topicId: string, partition: number): boolean {
    return (this.#partitionEpochs.get(topicId)?.get(partition) ?? NOBODY) !== NOBODY;
  }

  /** The assignor that most members ask for. */
  get preferredAssignor(): string | undefined {
    const votes = new Map<string, number>();
    for (const { serverAssignor } of this.membersById.values())
      if (serverAssignor !== null) votes.set(serverAssignor, (votes.get(serverAssignor) ?? 0) + 1);
    let winner: string | undefined;
    for (const [name, count] of votes) if (winner === undefined || count > (votes.get(winner) ?? 0)) winner = name;
    return winner;
  }

  /** Applies one record. A tombstone of what is not there is passed over: compaction may have removed what it was for. */
  apply(record: ConsumerGroupRecord): void {
    switch (record.kind) {
      case 'consumer-group':
        if (record.value === null) return;
        this.groupEpoch = record.value.epoch;
        this.metadataHash = record.value.metadataHash;
        return;
      case 'consumer-partition-metadata':
        this.hasPartitionMetadataRecord = record.value !== null;
        return;
      case 'consumer-member': {
        const { memberId } = record.key;
        if (record.value === null) this.#remove(memberId);
        else {
          const before = this.membersById.get(memberId) ?? newConsumerMember(memberId);
          this.#update(this.#sharing(withMetadata(before, record.value)));
        }
        return;
      }
      case 'consumer-target':
        this.assignmentEpoch = record.value?.assignmentEpoch ?? -1;
        this.assignmentTimestampMs = record.value?.assignmentTimestamp ?? 0n;
        return;
      case 'consumer-target-member':
        if (record.value === null) this.targets.delete(record.key.memberId);
        else this.targets.set(record.key.memberId, toAssignment(record.value.topicPartitions));
        return;
      case 'consumer-current-member': {
        const { memberId } = record.key;
        const member = this.membersById.get(memberId);
        if (record.value !== null) this.#update(withOwnership(member ?? newConsumerMember(memberId), record.value));
        else if (member !== undefined) this.#update(withoutOwnership(member));
        return;
      }
      case 'consumer-regex': {
        const { topics, version, timestamp } = record.value ?? {};
        if (topics === undefined || version === undefined || timestamp === undefined)
          this.#regexes.delete(record.key.regularExpression);
        else
          this.#regexes.set(record.key.regularExpression, { topics: new Set(topics), version, timestampMs: timestamp });
        this.#subscribedTopics = undefined;
      }
    }
  }

  /** Idle groups are many, and their members subscribe to the same: one set serves all of them. */
  #sharing(member: ConsumerMember): ConsumerMember {
    const [first] = this.membersById.values();
    if (first === undefined || !sameSet(first.subscribedTopicNames, member.subscribedTopicNames)) return member;
    return { ...member, subscribedTopicNames: first.subscribedTopicNames };
  }

  #update(member: ConsumerMember): void {
    const before = this.membersById.get(member.memberId);
    this.membersById.set(member.memberId, member);
    if (before?.subscribedTopicNames !== member.subscribedTopicNames) this.#subscribedTopics = undefined;
    if (member.instanceId !== null) this.#staticMemberIds.set(member.instanceId, member.memberId);
    if (before !== undefined) this.#release(before);
    this.#own(member.assigned, member.memberEpoch);
    this.#own(member.pendingRevocation, member.memberEpoch);
  }

  #remove(memberId: string): void {
    const member = this.membersById.get(memberId);
    if (member === undefined) return;
    this.membersById.delete(memberId);
    this.#subscribedTopics = undefined;
    this.#release(member);
    if (member.instanceId !== null && this.#staticMemberIds.get(member.instanceId) === memberId)
      this.#staticMemberIds.delete(member.instanceId);
  }

  #release(member: ConsumerMember): void {
    for (const owned of [member.assigned, member.pendingRevocation]) {
      for (const [topicId, partitions] of owned) {
        const epochs = new Map(this.#partitionEpochs.get(topicId));
        // Where the epoch differs, the partition went to another member meanwhile.
        for (const partition of partitions.keys())
          if (epochs.get(partition) === member.memberEpoch) epochs.delete(partition);
        if (epochs.size === 0) this.#partitionEpochs.delete(topicId);
        else this.#partitionEpochs.set(topicId, epochs);
      }
    }
  }

  #own(owned: OwnedPartitions, memberEpoch: number): void {
    for (const [topicId, partitions] of owned) {
      const epochs = new Map(this.#partitionEpochs.get(topicId));
      for (const partition of partitions.keys()) epochs.set(partition, memberEpoch);
      this.#partitionEpochs.set(topicId, epochs);
    }
  }
}

function withoutOwnership(member: ConsumerMember): ConsumerMember {
  return {
    ...member,
    memberEpoch: LEAVE_EPOCH,
    previousMemberEpoch: LEAVE_EPOCH,
    assigned: NO_PARTITIONS,
    pendingRevocation: NO_PARTITIONS,
  };
}

function copy<K, V>(from: ReadonlyMap<K, V>, to: Map<K, V>): void {
  for (const [key, value] of from) to.set(key, value);
}
