// InitializeShareGroupState: brokers begin to keep how far a share group has come.

import { initializeShareGroupState } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';
import { failedShareState } from '../share/failed-share-state.ts';

export const initializeShareGroupStateHandler = handler(initializeShareGroupState, {
  handle(request, context) {
    requireCluster(context, 'clusterAction');
    return context.services.shareCoordinator.initializeState(request);
  },
  fail: (request, error) => failedShareState(request, error, {}),
});
