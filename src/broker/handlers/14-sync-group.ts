// SyncGroup: the leader hands in the assignment, everybody gets his own.

import { errorCode, syncGroup } from '../../protocol/index.ts';
import { requireGroup } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';

export const syncGroupHandler = handler(syncGroup, {
  handle(request, context) {
    requireGroup(context, 'read', request.groupId);
    return context.services.groups.syncGroup(groupContext(context), request);
  },
  fail: (_request, error) => ({ errorCode: errorCode(error.code), assignment: Buffer.alloc(0) }),
});
