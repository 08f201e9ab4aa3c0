// ElectLeaders: with one broker every partition has the only leader that it can have.

import { electLeaders } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

export const electLeadersHandler = handler(electLeaders, {
  handle(request, context) {
    requireCluster(context, 'alter');
    return context.services.metadata.electLeaders(request);
  },
  fail: ({ topicPartitions }, { errorCode, message: errorMessage }) => ({
    errorCode,
    replicaElectionResults: (topicPartitions ?? []).map(({ topic, partitions }) => ({
      topic,
      partitionResult: partitions.map((partitionId) => ({ partitionId, errorCode, errorMessage })),
    })),
  }),
});
