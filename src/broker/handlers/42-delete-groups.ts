// DeleteGroups: forgets empty groups with their offsets.

import { deleteGroups, KafkaError } from '../../protocol/index.ts';
import { isAuthorized } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';

export const deleteGroupsHandler = handler(deleteGroups, {
  async handle(request, context) {
    const asked = [...new Set(request.groupsNames)];
    const allowed = new Set(asked.filter((groupId) => isAuthorized(context, 'delete', 'group', groupId)));
    const response = await context.services.groups.deleteGroups(groupContext(context), {
      ...request,
      groupsNames: [...allowed],
    });
    const refusal = new KafkaError('GROUP_AUTHORIZATION_FAILED');
    const refused = asked.filter((groupId) => !allowed.has(groupId)).map((groupId) => failure(groupId, refusal));
    return { results: [...response.results, ...refused] };
  },
  fail: (request, error) => ({ results: request.groupsNames.map((groupId) => failure(groupId, error)) }),
});

function failure(groupId: string, error: KafkaError) {
  return { groupId, errorCode: error.errorCode };
}
