// JoinGroup: a member enters a group, and waits until everybody has.

import { errorCode, joinGroup } from '../../protocol/index.ts';
import { requireGroup } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';

export const joinGroupHandler = handler(joinGroup, {
  handle(request, context) {
    requireGroup(context, 'read', request.groupId);
    return context.services.groups.joinGroup(groupContext(context), request);
  },
  fail: (request, error, { apiVersion }) => ({
    errorCode: errorCode(error.code),
    generationId: -1,
    protocolType: apiVersion >= 7 ? null : '',
    protocolName: apiVersion >= 7 ? null : '',
    leader: '',
    memberId: request.memberId,
    members: [],
  }),
});
