// AlterPartitionReassignments (KIP-455): which brokers keep a partition.

import { alterPartitionReassignments } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

export const alterPartitionReassignmentsHandler = handler(alterPartitionReassignments, {
  handle(request, context) {
    requireCluster(context, 'alter');
    return context.services.metadata.alterReassignments(request);
  },
  fail: ({ topics }, { errorCode, message: errorMessage }) => ({
    errorCode,
    errorMessage,
    responses: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode, errorMessage })),
    })),
  }),
});
