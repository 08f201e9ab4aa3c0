// ListGroups: the groups that this broker coordinates, by state and type.

import { errorCode, listGroups } from '../../protocol/index.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';

export const listGroupsHandler = handler(listGroups, {
  handle: (request, context) => context.services.groups.listGroups(groupContext(context), request),
  fail: (_request, error) => ({ errorCode: errorCode(error.code), groups: [] }),
});
