// DescribeGroups: state, protocol and members of classic groups.

import { describeGroups, KafkaError } from '../../protocol/index.ts';
import { authorizedOperations, isAuthorized } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';

export const describeGroupsHandler = handler(describeGroups, {
  async handle(request, context) {
    const isVisible = (groupId: string) => isAuthorized(context, 'describe', 'group', groupId);
    const visible = request.groups.filter(isVisible);
    const hidden = visible.length === request.groups.length ? [] : request.groups.filter((id) => !visible.includes(id));
    const response = await context.services.groups.describeGroups(groupContext(context), {
      ...request,
      groups: visible,
    });
    const described = response.groups.map((group) =>
      group.errorCode === 0 && request.includeAuthorizedOperations
        ? { ...group, authorizedOperations: authorizedOperations(context, 'group', group.groupId) }
        : group,
    );
    const refusal = new KafkaError('GROUP_AUTHORIZATION_FAILED');
    return { groups: [...hidden.map((groupId) => failure(groupId, refusal)), ...described] };
  },
  fail: (request, error) => ({ groups: request.groups.map((groupId) => failure(groupId, error)) }),
});

function failure(groupId: string, error: KafkaError) {
  return { errorCode: error.errorCode, groupId, groupState: '', protocolType: '', protocolData: '', members: [] };
}
