// ListGroups: the groups that this broker coordinates, by state and type.

import { CLUSTER_NAME } from '../../metadata/index.ts';
import { errorCode, listGroups } from '../../protocol/index.ts';
import { mayDo } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';

export const listGroupsHandler = handler(listGroups, {
  async handle(request, context) {
    const response = await context.services.groups.listGroups(groupContext(context), request);
    // Who may describe the cluster sees all groups, as it was before groups had rules of their own.
    if (mayDo(context, 'describe', 'cluster', CLUSTER_NAME)) return response;
    return {
      ...response,
      groups: response.groups.filter(({ groupId }) => mayDo(context, 'describe', 'group', groupId)),
    };
  },
  fail: (_request, error) => ({ errorCode: errorCode(error.code), groups: [] }),
});
