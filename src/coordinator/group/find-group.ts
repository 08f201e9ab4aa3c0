// The group under an id, as one of its kinds.

import type { ClassicGroup } from './classic/classic-group.ts';
import type { ConsumerGroup } from './consumer/consumer-group.ts';
import type { GroupContext } from './group-context.ts';
import type { ShareGroup } from './share/share-group.ts';
import type { StreamsGroup } from './streams/streams-group.ts';

/** Undefined where there is no group, or one of another kind. */
export function consumerGroup({ groups }: GroupContext, groupId: string): ConsumerGroup | undefined {
  const group = groups.get(groupId);
  return group?.type === 'consumer' ? group : undefined;
}

/** Undefined where there is no group, or one of another kind. */
export function classicGroup({ groups }: GroupContext, groupId: string): ClassicGroup | undefined {
  const group = groups.get(groupId);
  return group?.type === 'classic' ? group : undefined;
}

/** Undefined where there is no group, or one of another kind. */
export function streamsGroup({ groups }: GroupContext, groupId: string): StreamsGroup | undefined {
  const group = groups.get(groupId);
  return group?.type === 'streams' ? group : undefined;
}

/** Undefined where there is no group, or one of another kind. */
export function shareGroup({ groups }: GroupContext, groupId: string): ShareGroup | undefined {
  const group = groups.get(groupId);
  return group?.type === 'share' ? group : undefined;
}
