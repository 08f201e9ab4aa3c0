// ReadShareGroupStateSummary: how far a share group has come, without the single records. v1+ tells how many it is done with (KIP-1226).

import { readShareGroupStateSummary } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

export const readShareGroupStateSummaryHandler = handler(readShareGroupStateSummary, {
  handle(request, context) {
    requireCluster(context, 'clusterAction');
    return context.services.shareCoordinator.readStateSummary(request);
  },
  fail: ({ topics }, { errorCode, message: errorMessage }) => ({
    results: topics.map(({ topicId, partitions }) => ({
      topicId,
      partitions: partitions.map(({ partition }) => ({
        partition,
        errorCode,
        errorMessage,
        stateEpoch: 0,
        leaderEpoch: 0,
        startOffset: 0n,
      })),
    })),
  }),
});
