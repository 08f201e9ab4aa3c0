// The calls of `Admin` about groups: who is in them, and how far they are.

import type { RetryScope } from '../cluster.ts';
import type { TopicPartition } from '../topic-partition.ts';
import type { DescribeOptions } from './authorized-operations.ts';
import { type DeletedGroup, deleteGroups } from './delete-groups.ts';
import { type DescribedGroup, describeGroups } from './describe-groups.ts';
import { type DescribedStreamsGroup, describeStreamsGroups } from './describe-streams-groups.ts';
import {
  alterGroupOffsets,
  type CommittedOffset,
  deleteGroupOffsets,
  type ListGroupOffsetsOptions,
  listGroupOffsets,
  type NewOffset,
  type OffsetResult,
} from './group-offsets.ts';
import { type ListedGroup, type ListGroupsOptions, listGroups } from './list-groups.ts';
import { type RemovedMember, type RemoveGroupMembersOptions, removeGroupMembers } from './remove-group-members.ts';
import {
  alterShareGroupOffsets,
  type DeletedShareGroupOffsets,
  deleteShareGroupOffsets,
  type ListShareGroupOffsetsOptions,
  listShareGroupOffsets,
  type NewShareGroupOffset,
  type ShareGroupOffset,
} from './share-group-offsets.ts';
import { TransactionCalls } from './transaction-calls.ts';

/** What `Admin` can do with groups. */
export class GroupCalls extends TransactionCalls {
  /**
   * The groups of all brokers that the client may describe, by id; by state and type where asked for (KIP-518, KIP-848). Rejects when one broker cannot be
   * asked: half a list would mislead.
   *
   * @example
   * for (const { groupId, type } of await admin.listGroups({ states: ['Empty'] })) console.log(groupId, type);
   */
  listGroups(options?: ListGroupsOptions): Promise<ListedGroup[]> {
    return listGroups(this.cluster, options);
  }

  /**
   * The members and assignments of classic, consumer (KIP-848) and share groups (KIP-932), in the order of the ids. A group that nobody has heard of has the
   * state `Dead`, or from newer brokers the error GROUP_ID_NOT_FOUND. GROUP_AUTHORIZATION_FAILED: the client may not describe it.
   *
   * @example
   * const [{ group } = {}] = await admin.describeGroups(['billing']);
   * for (const { clientId, assignment } of group?.members ?? []) console.log(clientId, assignment.length);
   */
  describeGroups(groupIds: readonly string[], options?: DescribeOptions): Promise<DescribedGroup[]> {
    return describeGroups(this.cluster, groupIds, options);
  }

  /**
   * The topology, the members and the tasks of streams groups (KIP-1071), in the order of the ids. GROUP_ID_NOT_FOUND: there is none, or it is of another
   * type; GROUP_AUTHORIZATION_FAILED. Needs Kafka 4.1: rejects with UNSUPPORTED_VERSION before.
   *
   * @example
   * const [{ group, error } = {}] = await admin.describeStreamsGroups(['word-count']);
   * console.log(error?.code ?? group?.groupState);
   */
  describeStreamsGroups(groupIds: readonly string[], options?: DescribeOptions): Promise<DescribedStreamsGroup[]> {
    return describeStreamsGroups(this.cluster, groupIds, options);
  }

  /**
   * Deletes groups of any type with their offsets (KIP-229). Errors of a group: NON_EMPTY_GROUP while it has members, GROUP_ID_NOT_FOUND,
   * GROUP_AUTHORIZATION_FAILED.
   *
   * @example
   * for (const { groupId, error } of await admin.deleteGroups(['trial'])) if (error) console.error(groupId, error.message);
   */
  deleteGroups(groupIds: readonly string[], options?: RetryScope): Promise<DeletedGroup[]> {
    return deleteGroups(this.cluster, groupIds, options);
  }

  /**
   * Puts members out of a classic or consumer group (KIP-345): static ones by their instance ids, or all, who join again if they are alive. UNKNOWN_MEMBER_ID
   * for one who is not there. Rejects with GROUP_AUTHORIZATION_FAILED.
   *
   * @example
   * await admin.removeGroupMembers('billing', { instanceIds: ['billing-3'], reason: 'its machine is gone' });
   */
  removeGroupMembers(groupId: string, options?: RemoveGroupMembersOptions): Promise<RemovedMember[]> {
    return removeGroupMembers(this.cluster, groupId, options);
  }

  /**
   * How far a group of any type but share is: the offsets that it reads next. Partitions without one are left out. With `requireStable` the call waits for
   * transactions that are about to move them, which otherwise are not seen (KIP-447). Rejects with GROUP_AUTHORIZATION_FAILED, and with
   * `TimeoutError` when those transactions outlast `timeoutMs`.
   *
   * @example
   * for (const { topic, partition, offset } of await admin.listGroupOffsets('billing')) console.log(topic, partition, offset);
   */
  listGroupOffsets(groupId: string, options?: ListGroupOffsetsOptions): Promise<CommittedOffset[]> {
    return listGroupOffsets(this.cluster, groupId, options);
  }

  /**
   * Moves a group that has no members, or makes one that has only offsets (KIP-396). Errors of a partition: UNKNOWN_MEMBER_ID while the group has members;
   * UNKNOWN_TOPIC_OR_PARTITION; OFFSET_METADATA_TOO_LARGE; GROUP_AUTHORIZATION_FAILED and TOPIC_AUTHORIZATION_FAILED. Whether there is a record at the
   * offset is not checked.
   *
   * @example
   * await admin.alterGroupOffsets('billing', [{ topic: 'orders', partition: 0, offset: 0n }]);
   */
  alterGroupOffsets(groupId: string, offsets: readonly NewOffset[], options?: RetryScope): Promise<OffsetResult[]> {
    return alterGroupOffsets(this.cluster, groupId, offsets, options);
  }

  /**
   * Forgets offsets: who reads there next goes by `auto.offset.reset` (KIP-496). GROUP_SUBSCRIBED_TO_TOPIC for a partition of a topic that members read;
   * TOPIC_AUTHORIZATION_FAILED. Rejects with GROUP_ID_NOT_FOUND, GROUP_AUTHORIZATION_FAILED, and NON_EMPTY_GROUP for one of
   * something else than consumers that has members.
   *
   * @example
   * await admin.deleteGroupOffsets('billing', [{ topic: 'orders', partition: 2 }]);
   */
  deleteGroupOffsets(
    groupId: string,
    partitions: readonly TopicPartition[],
    options?: RetryScope,
  ): Promise<OffsetResult[]> {
    return deleteGroupOffsets(this.cluster, groupId, partitions, options);
  }

  /**
   * How far a share group is (KIP-932): where each partition's first record that is not done lies, and how many are still to do. Rejects with
   * GROUP_ID_NOT_FOUND and GROUP_AUTHORIZATION_FAILED. Needs Kafka 4.1.
   *
   * @example
   * for (const { topic, partition, lag } of await admin.listShareGroupOffsets('workers')) console.log(topic, partition, lag);
   */
  listShareGroupOffsets(groupId: string, options?: ListShareGroupOffsetsOptions): Promise<ShareGroupOffset[]> {
    return listShareGroupOffsets(this.cluster, groupId, options);
  }

  /**
   * Moves a share group that has no members, or makes one (KIP-932). Errors of a partition: UNKNOWN_TOPIC_OR_PARTITION, TOPIC_AUTHORIZATION_FAILED. Rejects
   * with NON_EMPTY_GROUP while the group has members, GROUP_ID_NOT_FOUND for a group of another type, and GROUP_AUTHORIZATION_FAILED. Needs Kafka 4.1.
   *
   * @example
   * await admin.alterShareGroupOffsets('workers', [{ topic: 'orders', partition: 0, startOffset: 0n }]);
   */
  alterShareGroupOffsets(
    groupId: string,
    offsets: readonly NewShareGroupOffset[],
    options?: RetryScope,
  ): Promise<OffsetResult[]> {
    return alterShareGroupOffsets(this.cluster, groupId, offsets, options);
  }

  /**
   * Forgets how far a share group is in whole topics: it begins there anew, by its `share.auto.offset.reset` (KIP-932). Rejects with NON_EMPTY_GROUP while
   * the group has members, GROUP_ID_NOT_FOUND and GROUP_AUTHORIZATION_FAILED. Needs Kafka 4.1.
   *
   * @example
   * await admin.deleteShareGroupOffsets('workers', ['orders']);
   */
  deleteShareGroupOffsets(
    groupId: string,
    topics: readonly string[],
    options?: RetryScope,
  ): Promise<DeletedShareGroupOffsets[]> {
    return deleteShareGroupOffsets(this.cluster, groupId, topics, options);
  }
}
