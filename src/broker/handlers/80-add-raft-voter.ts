// AddRaftVoter (KIP-853): another controller in the quorum. There is none that this node could wait for.

import { addRaftVoter, KafkaError, ZERO_UUID } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { handler } from '../handler.ts';

const DEFAULT_CONTROLLER_LISTENER = 'CONTROLLER';

export const addRaftVoterHandler = handler(addRaftVoter, {
  handle(request, context) {
    requireCluster(context, 'alter');
    const { clusterId, nodeId, config } = context.services;
    const { voterId, voterDirectoryId } = request;
    if (request.clusterId !== null && request.clusterId !== clusterId) {
      throw new KafkaError(
        'INCONSISTENT_CLUSTER_ID',
        `The given id "${request.clusterId}" doesn't match the cluster id "${clusterId}"`,
      );
    }
    if (voterId < 0 || voterDirectoryId === ZERO_UUID) {
      throw new KafkaError('INVALID_REQUEST', "Add voter request didn't include a valid voter");
    }
    const listener = config['controller.listener.names']?.[0] ?? DEFAULT_CONTROLLER_LISTENER;
    if (!request.listeners.some(({ name }) => name === listener)) {
      throw new KafkaError(
        'INVALID_REQUEST',
        `Add voter request didn't include the endpoint for the default listener ${listener}`,
      );
    }
    if (voterId === nodeId) {
      throw new KafkaError(
        'DUPLICATE_VOTER',
        `The voter id for ${voterId} is already part of the set of voters ${nodeId}.`,
      );
    }
    throw new KafkaError('REQUEST_TIMED_OUT', `New voter ${voterId} is not ready to receive requests`);
  },
  fail: (_request, error) => ({ errorCode: error.errorCode, errorMessage: error.message }),
});
