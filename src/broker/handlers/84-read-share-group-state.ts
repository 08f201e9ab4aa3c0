// ReadShareGroupState: the leader of a partition learns how far a share group has come in it.

import { readShareGroupState } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

export const readShareGroupStateHandler = handler(readShareGroupState, {
  handle(request, context) {
    requireCluster(context, 'clusterAction');
    return context.services.shareCoordinator.readState(request);
  },
  fail: ({ topics }, { errorCode, message: errorMessage }) => ({
    results: topics.map(({ topicId, partitions }) => ({
      topicId,
      partitions: partitions.map(({ partition }) => ({
        partition,
        errorCode,
        errorMessage,
        stateEpoch: 0,
        startOffset: 0n,
        stateBatches: [],
      })),
    })),
  }),
});
