// ReadShareGroupStateSummary: how far a share group has come, without the single records. v1+ tells how many it is done with (KIP-1226).

import { readShareGroupStateSummary } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';
import { failedShareState } from '../share/failed-share-state.ts';

export const readShareGroupStateSummaryHandler = handler(readShareGroupStateSummary, {
  handle(request, context) {
    requireCluster(context, 'clusterAction');
    return context.services.shareCoordinator.readStateSummary(request);
  },
  fail: (request, error) => failedShareState(request, error, { stateEpoch: 0, leaderEpoch: 0, startOffset: 0n }),
});
