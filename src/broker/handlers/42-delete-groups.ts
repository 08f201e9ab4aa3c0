// DeleteGroups: forgets empty groups with their offsets.

import { deleteGroups, errorCode } from '../../protocol/index.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';

export const deleteGroupsHandler = handler(deleteGroups, {
  handle: (request, context) => context.services.groups.deleteGroups(groupContext(context), request),
  fail: (request, error) => ({
    results: request.groupsNames.map((groupId) => ({ groupId, errorCode: errorCode(error.code) })),
  }),
});
