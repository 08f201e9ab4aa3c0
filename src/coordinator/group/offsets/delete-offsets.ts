// How committed offsets go: by OffsetDelete (KIP-496), with their group (DeleteGroups), or with their topic.

import {
  errorCode,
  KafkaError,
  type OffsetDeleteRequest,
  type offsetDelete,
  ZERO_UUID,
} from '../../../protocol/index.ts';
import type { Answer } from '../answer.ts';
import type { GroupContext, GroupResult } from '../group-context.ts';
import { type GroupRecord, groupTombstones, offsetTombstone } from '../group-record.ts';
import { notForOffsets } from './not-for-offsets.ts';

export interface DeletedTopic {
  readonly name: string;
  readonly topicId: string;
}

/** A group in use keeps the offsets of the topics that it reads. Throws what is wrong with the request as a whole. */
export function deleteOffsets(
  { groups, offsets, pendingOffsets }: GroupContext,
  request: OffsetDeleteRequest,
): GroupResult<Answer<typeof offsetDelete>> {
  const { groupId } = request;
  const group = groups.get(groupId);
  if (group === undefined) throw new KafkaError('GROUP_ID_NOT_FOUND');
  if (group.type === 'share') throw notForOffsets(group);
  if (group.type === 'classic' && !group.isEmpty && !group.usesConsumerProtocol)
    throw new KafkaError('NON_EMPTY_GROUP');
  const records: GroupRecord[] = [];
  const topics = request.topics.map(({ name, partitions }) => {
    const isInUse = group.isSubscribedTo(name);
    const code = isInUse ? errorCode('GROUP_SUBSCRIBED_TO_TOPIC') : 0;
    for (const { partitionIndex } of isInUse ? [] : partitions) {
      const isKnown =
        offsets.get(groupId, name, partitionIndex) !== undefined || pendingOffsets.has(groupId, name, partitionIndex);
      if (!isKnown) continue;
      records.push(offsetTombstone(groupId, name, partitionIndex));
    }
    return { name, partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })) };
  });
  return { records, response: { errorCode: 0, topics } };
}

/** Forgets an empty group with its offsets. Throws GROUP_ID_NOT_FOUND, NON_EMPTY_GROUP. */
export function deleteGroup(context: GroupContext, groupId: string): GroupResult<undefined> {
  const group = context.groups.get(groupId);
  if (group === undefined) throw new KafkaError('GROUP_ID_NOT_FOUND');
  if (!group.isEmpty) throw new KafkaError('NON_EMPTY_GROUP');
  // The group goes last, so that a crash in between leaves a group whose deletion can be repeated.
  const records = [...allOffsetTombstones(context, groupId), ...groupTombstones(group)];
  return { records, response: undefined, isDivisible: true };
}

export function deleteOffsetsOfTopic(
  { offsets, pendingOffsets }: GroupContext,
  { name, topicId }: DeletedTopic,
): GroupResult<undefined> {
  const records: GroupRecord[] = [];
  for (const groupId of offsets.groupIds) {
    for (const [partition, value] of offsets.ofGroup(groupId).get(name) ?? []) {
      // An offset of another id belongs to a new topic of that name.
      if (value.topicId === ZERO_UUID || value.topicId === topicId)
        records.push(offsetTombstone(groupId, name, partition));
    }
  }
  for (const { groupId, topic, partition, value } of pendingOffsets.all()) {
    if (topic === name && (value.topicId === ZERO_UUID || value.topicId === topicId))
      records.push(offsetTombstone(groupId, name, partition));
  }
  return { records, response: undefined, isDivisible: true };
}

function allOffsetTombstones({ offsets, pendingOffsets }: GroupContext, groupId: string): GroupRecord[] {
  const pending = Array.from(pendingOffsets.ofGroup(groupId)).filter(
    ({ topic, partition }) => offsets.get(groupId, topic, partition) === undefined,
  );
  const committed = Array.from(offsets.ofGroup(groupId)).flatMap(([topic, partitions]) =>
    Array.from(partitions.keys(), (partition) => offsetTombstone(groupId, topic, partition)),
  );
  return [...committed, ...pending.map(({ topic, partition }) => offsetTombstone(groupId, topic, partition))];
}
