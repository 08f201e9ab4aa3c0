// ReadShareGroupState: the leader of a partition learns how far a share group has come in it.

import { readShareGroupState } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';
import { failedShareState } from '../share/failed-share-state.ts';

export const readShareGroupStateHandler = handler(readShareGroupState, {
  handle(request, context) {
    requireCluster(context, 'clusterAction');
    return context.services.shareCoordinator.readState(request);
  },
  fail: (request, error) => failedShareState(request, error, { stateEpoch: 0, startOffset: 0n, stateBatches: [] }),
});
