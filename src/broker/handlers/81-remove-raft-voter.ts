// RemoveRaftVoter (KIP-853): a controller leaves the quorum. The last one cannot.

import { KafkaError, removeRaftVoter, ZERO_UUID } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

export const removeRaftVoterHandler = handler(removeRaftVoter, {
  handle(request, context) {
    requireCluster(context, 'alter');
    const { clusterId, nodeId } = context.services;
    const { voterId, voterDirectoryId } = request;
    if (request.clusterId !== null && request.clusterId !== clusterId) {
      throw new KafkaError(
        'INCONSISTENT_CLUSTER_ID',
        `The given id "${request.clusterId}" doesn't match the cluster id "${clusterId}"`,
      );
    }
    if (voterId < 0 || voterDirectoryId === ZERO_UUID) {
      throw new KafkaError('INVALID_REQUEST', "Remove voter request didn't include a valid voter");
    }
    throw new KafkaError('VOTER_NOT_FOUND', `Cannot remove voter ${voterId} from the set of voters ${nodeId}`);
  },
  fail: (_request, error) => ({ errorCode: error.errorCode, errorMessage: error.message }),
});
