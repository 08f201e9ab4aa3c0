// DeleteShareGroupState: brokers forget how far a share group has come.

import { deleteShareGroupState } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

export const deleteShareGroupStateHandler = handler(deleteShareGroupState, {
  handle(request, context) {
    requireCluster(context, 'clusterAction');
    return context.services.shareCoordinator.deleteState(request);
  },
  fail: ({ topics }, { errorCode, message: errorMessage }) => ({
    results: topics.map(({ topicId, partitions }) => ({
      topicId,
      partitions: partitions.map(({ partition }) => ({ partition, errorCode, errorMessage })),
    })),
  }),
});
