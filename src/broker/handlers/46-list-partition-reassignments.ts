// ListPartitionReassignments (KIP-455): partitions that are on their way to other brokers.

import { listReassignments } from '../../metadata/index.ts';
import { listPartitionReassignments } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

export const listPartitionReassignmentsHandler = handler(listPartitionReassignments, {
  handle(request, context) {
    requireCluster(context, 'describe');
    return listReassignments(context.services.metadata.image, request);
  },
  fail: (_request, error) => ({ errorCode: error.errorCode, errorMessage: error.message, topics: [] }),
});
