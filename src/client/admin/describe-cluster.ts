// DescribeCluster: id, controller, brokers. From old brokers, which do not serve it, the same from Metadata.

import { describeCluster as describeClusterApi, metadata as metadataApi } from '../../protocol/index.ts';
import type { Cluster } from '../cluster.ts';
import { type BrokerNode, readClusterMetadata } from '../metadata.ts';
import { type AclOperation, type DescribeOptions, readAuthorizedOperations } from './authorized-operations.ts';
import { throwResponseError } from './response-error.ts';

/** A cluster, as one of its brokers knows it. */
export interface ClusterDescription {
  readonly clusterId: string | null;
  /** Node id; -1 when there is none. */
  readonly controllerId: number;
  readonly brokers: readonly BrokerNode[];
  /** What this client may do with the cluster; undefined where that was not asked for, or the broker is too old to say. */
  readonly authorizedOperations: readonly AclOperation[] | undefined;
}

/** Asks any broker. */
export function describeCluster(cluster: Cluster, options: DescribeOptions = {}): Promise<ClusterDescription> {
  return cluster.retry('describe the cluster', options, async () => {
    const connection = await cluster.anyConnection(options.signal);
    const sending = { signal: options.signal };
    if (!connection.serves(describeClusterApi)) {
      const response = await connection.send(metadataApi, { topics: [] }, sending);
      const { clusterId, controllerId, brokers } = readClusterMetadata(response);
      return { clusterId, controllerId, brokers: [...brokers.values()], authorizedOperations: undefined };
    }
    const request = { includeClusterAuthorizedOperations: options.includeAuthorizedOperations ?? false };
    const response = await connection.send(describeClusterApi, request, sending);
    throwResponseError(response.errorCode, 'describe the cluster', response.errorMessage);
    return {
      clusterId: response.clusterId,
      controllerId: response.controllerId,
      authorizedOperations: readAuthorizedOperations(response.clusterAuthorizedOperations),
      brokers: response.brokers
        .map(({ brokerId, host, port, rack }) => ({ id: brokerId, host, port, rack }))
        .sort((left, right) => left.id - right.id),
    };
  });
}
