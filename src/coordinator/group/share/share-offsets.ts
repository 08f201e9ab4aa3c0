// What changes where a share group stands: new start offsets, the end of its offsets in topics, and its own end. The group's records say
// what is under way; the state itself is kept elsewhere, and is changed between two operations.

import {
  type AlterShareGroupOffsetsRequest,
  type alterShareGroupOffsets,
  type DeleteShareGroupOffsetsRequest,
  type deleteShareGroupOffsets,
  errorCode,
  ZERO_UUID,
} from '../../../protocol/index.ts';
import type { Answer } from '../answer.ts';
import { shareGroup } from '../find-group.ts';
import type { GroupContext, GroupResult } from '../group-context.ts';
import type { GroupRecord } from '../group-record.ts';
import { requireShareGroup } from './require-share-group.ts';
import { ShareGroup } from './share-group.ts';
import { shareTopicsRecord } from './share-group-record.ts';
import {
  type InitializingTopic,
  type PartitionSets,
  type ShareTopics,
  withInitialized,
  withInitializing,
  without,
  withoutInitializing,
  withoutTopic,
} from './share-topics.ts';

type AlteredTopic = Answer<typeof alterShareGroupOffsets>['responses'][number];
export type DeletedOffsetsTopic = Answer<typeof deleteShareGroupOffsets>['responses'][number];

export interface AlteredOffsets {
  readonly groupEpoch: number;
  readonly responses: AlteredTopic[];
  /** Start offsets by topic id and partition, to be begun with. */
  readonly starts: ReadonlyMap<string, ReadonlyMap<number, bigint>>;
}

/** The group may be one that does not exist yet. Throws NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND. */
export function beginAlterOffsets(
  context: GroupContext,
  { groupId, topics }: AlterShareGroupOffsetsRequest,
): GroupResult<AlteredOffsets> {
  const group = context.groups.has(groupId) ? requireShareGroup(context, groupId) : new ShareGroup(groupId);
  group.requireEmpty();
  const starts = new Map<string, Map<number, bigint>>();
  const begun = new Map<string, InitializingTopic>();
  const responses = topics.map(({ topicName, partitions }): AlteredTopic => {
    const topic = context.topics().byName(topicName);
    const known = new Map<number, bigint>();
    const told = partitions.map(({ partitionIndex, startOffset }) => {
      if (partitionIndex < 0 || partitionIndex >= (topic?.partitionCount ?? 0)) return unknown({ partitionIndex });
      known.set(partitionIndex, startOffset);
      return { partitionIndex, errorCode: 0 };
    });
    if (topic === undefined) return { topicName, topicId: ZERO_UUID, partitions: told };
    const { topicId, name } = topic;
    if (known.size > 0) {
      starts.set(topicId, known);
      begun.set(topicId, { name, partitions: new Set(known.keys()), sinceMs: context.clock.now() });
    }
    return { topicName, topicId, partitions: told };
  });
  const records = begun.size === 0 ? [] : [shareTopicsRecord(groupId, withInitializing(group.topics, begun))];
  return { records, response: { groupEpoch: group.groupEpoch, responses, starts } };
}

/** The state of the partitions has been begun: they can be assigned. */
export function markInitialized(context: GroupContext, groupId: string, done: PartitionSets): GroupResult<undefined> {
  return changeTopics(context, groupId, (topics) => withInitialized(topics, done, context.topics()));
}

/** It could not be begun. */
export function markUninitialized(context: GroupContext, groupId: string, left: PartitionSets): GroupResult<undefined> {
  return changeTopics(context, groupId, (topics) => withoutInitializing(topics, left));
}

export interface DeletingOffsets {
  readonly refused: DeletedOffsetsTopic[];
  /** By topic id. */
  readonly toDelete: PartitionSets;
}

/** Throws GROUP_ID_NOT_FOUND, NON_EMPTY_GROUP. */
export function beginDeleteOffsets(
  context: GroupContext,
  { groupId, topics }: DeleteShareGroupOffsetsRequest,
): GroupResult<DeletingOffsets> {
  const group = requireShareGroup(context, groupId);
  group.requireEmpty();
  let known = group.topics;
  const refused: DeletedOffsetsTopic[] = [];
  const toDelete = new Map<string, ReadonlySet<number>>();
  for (const { topicName } of topics) {
    const topic = context.topics().byName(topicName);
    const initialized = topic && group.topics.initialized.get(topic.topicId);
    if (topic === undefined) {
      refused.push({ ...unknown({ topicName }), topicId: ZERO_UUID });
    } else if (initialized !== undefined) {
      toDelete.set(topic.topicId, initialized.partitions);
      known = {
        ...known,
        initialized: without(known.initialized, topic.topicId),
        deleting: new Map(known.deleting).set(topic.topicId, topicName),
      };
    } else if (known.deleting.has(topic.topicId)) {
      // An earlier deletion did not come to its end.
      toDelete.set(topic.topicId, allPartitions(topic.partitionCount));
    } else {
      const errorMessage = 'There is no offset information to delete.';
      refused.push({ ...unknown({ topicName }), topicId: ZERO_UUID, errorMessage });
    }
  }
  const records = known === group.topics ? [] : [shareTopicsRecord(groupId, known)];
  return { records, response: { refused, toDelete } };
}

/** The state of the topics is gone. */
export function markDeleted(
  context: GroupContext,
  groupId: string,
  topicIds: Iterable<string>,
): GroupResult<undefined> {
  return changeTopics(context, groupId, (topics) => {
    let { deleting } = topics;
    for (const topicId of topicIds) deleting = without(deleting, topicId);
    return { ...topics, deleting };
  });
}

/** What must be deleted before the group can be. Undefined for a group of another kind, and for none. Throws NON_EMPTY_GROUP. */
export function beginDeleteGroup(context: GroupContext, groupId: string): GroupResult<PartitionSets | undefined> {
  const group = shareGroup(context, groupId);
  if (group === undefined) return { records: [], response: undefined };
  group.requireEmpty();
  const { initializing, initialized, deleting } = group.topics;
  const toDelete = new Map<string, ReadonlySet<number>>();
  const names = new Map<string, string>();
  for (const [topicId, { name, partitions }] of [...initialized, ...initializing]) {
    toDelete.set(topicId, new Set([...(toDelete.get(topicId) ?? []), ...partitions]));
    names.set(topicId, name);
  }
  for (const [topicId, name] of deleting) {
    const topic = context.topics().byId(topicId);
    // Where the topic is gone, so is its state.
    if (topic === undefined) continue;
    toDelete.set(topicId, allPartitions(topic.partitionCount));
    names.set(topicId, name);
  }
  if (toDelete.size === 0) return { records: [], response: toDelete };
  const topics: ShareTopics = { initializing: new Map(), initialized: new Map(), deleting: names };
  return { records: [shareTopicsRecord(groupId, topics)], response: toDelete };
}

/** Groups do not wait for the state of a deleted topic. */
export function forgetDeletedTopic({ groups }: GroupContext, topicId: string): GroupRecord[] {
  const records: GroupRecord[] = [];
  for (const group of groups.values()) {
    const topics = group.type === 'share' ? withoutTopic(group.topics, topicId) : undefined;
    if (topics !== undefined) records.push(shareTopicsRecord(group.groupId, topics));
  }
  return records;
}

function changeTopics(
  context: GroupContext,
  groupId: string,
  change: (topics: ShareTopics) => ShareTopics,
): GroupResult<undefined> {
  const group = shareGroup(context, groupId);
  if (group === undefined) return { records: [], response: undefined };
  return { records: [shareTopicsRecord(groupId, change(group.topics))], response: undefined };
}

/** Clients have words of their own for the error. */
function unknown<T extends object>(what: T) {
  return { ...what, errorCode: errorCode('UNKNOWN_TOPIC_OR_PARTITION') };
}

function allPartitions(count: number): ReadonlySet<number> {
  return new Set(Array.from({ length: count }, (_, partition) => partition));
}
