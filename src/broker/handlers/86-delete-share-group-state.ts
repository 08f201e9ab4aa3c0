// DeleteShareGroupState: brokers forget how far a share group has come.

import { deleteShareGroupState } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';
import { failedShareState } from '../share/failed-share-state.ts';

export const deleteShareGroupStateHandler = handler(deleteShareGroupState, {
  handle(request, context) {
    requireCluster(context, 'clusterAction');
    return context.services.shareCoordinator.deleteState(request);
  },
  fail: (request, error) => failedShareState(request, error, {}),
});
