// DescribeGroups: state, protocol and members of classic groups.

import { describeGroups, errorCode } from '../../protocol/index.ts';
import { GROUP_OPERATIONS } from '../authorized-operations.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';

export const describeGroupsHandler = handler(describeGroups, {
  async handle(request, context) {
    const response = await context.services.groups.describeGroups(groupContext(context), request);
    if (!request.includeAuthorizedOperations) return response;
    const groups = response.groups.map((group) =>
      group.errorCode === 0 ? { ...group, authorizedOperations: GROUP_OPERATIONS } : group,
    );
    return { ...response, groups };
  },
  fail: (request, error) => ({
    groups: request.groups.map((groupId) => ({
      errorCode: errorCode(error.code),
      groupId,
      groupState: '',
      protocolType: '',
      protocolData: '',
      members: [],
    })),
  }),
});
