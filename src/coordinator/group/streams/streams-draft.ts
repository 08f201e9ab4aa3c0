// A draft of a streams group: of the one that there is, or of a new one for which an empty classic group gives way.

import { KafkaError } from '../../../protocol/index.ts';
import { streamsGroup } from '../find-group.ts';
import type { GroupContext } from '../group-context.ts';
import { GroupDraft } from '../group-draft.ts';
import { groupTombstones } from '../group-record.ts';
import { StreamsGroup } from './streams-group.ts';
import type { StreamsGroupRecord } from './streams-record.ts';

export type StreamsDraft = GroupDraft<StreamsGroup, StreamsGroupRecord>;

export function draftStreamsGroup(context: GroupContext, group: StreamsGroup): StreamsDraft {
  return new GroupDraft(context, group, false);
}

/** Throws GROUP_ID_NOT_FOUND where the id is another kind of group's. */
export function draftForJoin(context: GroupContext, groupId: string): StreamsDraft {
  const group = context.groups.get(groupId);
  if (group?.type === 'streams') return draftStreamsGroup(context, group);
  if (group !== undefined && !(group.type === 'classic' && group.isEmpty)) throw notStreams(groupId);
  const draft: StreamsDraft = new GroupDraft(context, new StreamsGroup(groupId), true);
  // What its log has of the classic group must not come back behind the streams group's.
  if (group !== undefined) draft.records.push(...groupTombstones(group));
  return draft;
}

/** Throws GROUP_ID_NOT_FOUND. */
export function requireStreamsGroup(context: GroupContext, groupId: string): StreamsGroup {
  const group = streamsGroup(context, groupId);
  if (group !== undefined) return group;
  if (context.groups.has(groupId)) throw notStreams(groupId);
  throw new KafkaError('GROUP_ID_NOT_FOUND', `Group ${groupId} not found.`);
}

function notStreams(groupId: string): KafkaError {
  return new KafkaError('GROUP_ID_NOT_FOUND', `Group ${groupId} is not a streams group.`);
}
