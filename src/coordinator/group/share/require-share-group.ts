// The share group that a request is about.

import { KafkaError } from '../../../protocol/index.ts';
import { shareGroup } from '../find-group.ts';
import type { GroupContext } from '../group-context.ts';
import type { ShareGroup } from './share-group.ts';

/** Throws GROUP_ID_NOT_FOUND. */
export function requireShareGroup(context: GroupContext, groupId: string): ShareGroup {
  const group = shareGroup(context, groupId);
  if (group !== undefined) return group;
  const isThere = context.groups.has(groupId);
  throw new KafkaError(
    'GROUP_ID_NOT_FOUND',
    isThere ? `Group ${groupId} is not a share group.` : `Group ${groupId} not found.`,
  );
}
