// Heartbeat: a member of a classic group is alive, and learns whether the group rebalances.

import { errorCode, heartbeat } from '../../protocol/index.ts';
import { requireGroup } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';

export const heartbeatHandler = handler(heartbeat, {
  handle(request, context) {
    requireGroup(context, 'read', request.groupId);
    return context.services.groups.heartbeat(groupContext(context), request);
  },
  fail: (_request, error) => ({ errorCode: errorCode(error.code) }),
});
