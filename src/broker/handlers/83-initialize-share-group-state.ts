// InitializeShareGroupState: brokers begin to keep how far a share group has come.

import { initializeShareGroupState } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

export const initializeShareGroupStateHandler = handler(initializeShareGroupState, {
  handle(request, context) {
    requireCluster(context, 'clusterAction');
    return context.services.shareCoordinator.initializeState(request);
  },
  fail: ({ topics }, { errorCode, message: errorMessage }) => ({
    results: topics.map(({ topicId, partitions }) => ({
      topicId,
      partitions: partitions.map(({ partition }) => ({ partition, errorCode, errorMessage })),
    })),
  }),
});
