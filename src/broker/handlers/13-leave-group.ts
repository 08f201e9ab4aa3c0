// LeaveGroup: members leave a group, from version 3 on several at once.

import { errorCode, leaveGroup } from '../../protocol/index.ts';
import { requireGroup } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';

export const leaveGroupHandler = handler(leaveGroup, {
  handle(request, context) {
    requireGroup(context, 'read', request.groupId);
    return context.services.groups.leaveGroup(groupContext(context), request);
  },
  fail: (_request, error) => ({ errorCode: errorCode(error.code), members: [] }),
});
