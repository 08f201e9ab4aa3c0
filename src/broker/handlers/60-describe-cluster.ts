// DescribeCluster (KIP-700): the cluster's id and its brokers.

import { describeCluster, errorCode, KafkaError } from '../../protocol/index.ts';
import { describableClusterOperations } from '../authorization.ts';
import { clusterNodes } from '../cluster-nodes.ts';
import { handler } from '../handler.ts';

/** Clients ask brokers for brokers; controllers (2) are asked on a listener of their own. */
const BROKERS = 1;
/** Stands for operations that were not asked for. */
const NOT_ASKED = -(2 ** 31);

export const describeClusterHandler = handler(describeCluster, {
  handle(request, context) {
    const { services } = context;
    if (request.endpointType !== BROKERS) {
      const isKnown = request.endpointType === 2;
      throw new KafkaError(
        isKnown ? 'MISMATCHED_ENDPOINT_TYPE' : 'UNSUPPORTED_ENDPOINT_TYPE',
        `The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type ${isKnown ? 'CONTROLLER' : request.endpointType}`,
      );
    }
    return {
      errorCode: 0,
      errorMessage: null,
      clusterId: services.clusterId,
      controllerId: services.nodeId,
      brokers: clusterNodes(context).map(({ nodeId, host, port, rack }) => ({ brokerId: nodeId, host, port, rack })),
      clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
        ? describableClusterOperations(context)
        : NOT_ASKED,
    };
  },
  fail(_request, error) {
    return {
      errorCode: errorCode(error.code),
      errorMessage: error.message,
      clusterId: '',
      controllerId: -1,
      brokers: [],
    };
  },
});
