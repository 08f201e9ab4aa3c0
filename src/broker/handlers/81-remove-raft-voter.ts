// RemoveRaftVoter (KIP-853): a controller leaves the quorum. The last one cannot.

import { KafkaError, removeRaftVoter, ZERO_UUID } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

export const removeRaftVoterHandler = handler(removeRaftVoter, {
  handle(request, context) {
    requireCluster(context, 'alter');
    const { clusterId, nodeId, quorumDirectoryId } = context.services;
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
    const voter = replicaKey(voterId, voterDirectoryId);
    const voters = `[${replicaKey(nodeId, quorumDirectoryId)}]`;
    throw new KafkaError('VOTER_NOT_FOUND', `Cannot remove voter ${voter} from the set of voters ${voters}`);
  },
  fail: (_request, error) => ({ errorCode: error.errorCode, errorMessage: error.message }),
});

function replicaKey(id: number, directoryId: string): string {
  return `ReplicaKey(id=${id}, directoryId=${directoryId})`;
}
