// DescribeQuorum (KIP-595): who decides on the metadata. Here it is this node alone.

import { CLUSTER_METADATA_TOPIC } from '../../metadata/index.ts';
import { describeQuorum, errorCode } from '../../protocol/index.ts';
import { requireCluster } from '../authorization.ts';
import { thisNode } from '../cluster-nodes.ts';
import { type Answer, handler, type RequestContext } from '../handler.ts';

type PartitionResponse = Answer<typeof describeQuorum>['topics'][number]['partitions'][number];

/** And with the directories of the voters (KIP-853). */
const FIRST_VERSION_WITH_NODES = 2;

export const describeQuorumHandler = handler(describeQuorum, {
  handle(request, context) {
    requireCluster(context, 'describe');
    const [topic] = request.topics;
    const isMetadata =
      request.topics.length === 1 &&
      topic?.topicName === CLUSTER_METADATA_TOPIC &&
      topic.partitions.length === 1 &&
      topic.partitions[0]?.partitionIndex === 0;
    const { nodeId, host, port } = thisNode(context);
    const nodes = [{ nodeId, listeners: [{ name: context.connection.listenerName, host, port }] }];
    return {
      errorCode: 0,
      topics: request.topics.map(({ topicName, partitions }) => ({
        topicName,
        partitions: partitions.map(({ partitionIndex }) =>
          isMetadata ? quorum(context) : unknownPartition(partitionIndex),
        ),
      })),
      nodes: isMetadata && context.apiVersion >= FIRST_VERSION_WITH_NODES ? nodes : [],
    };
  },
  fail: (_request, error) => ({ errorCode: error.errorCode, errorMessage: error.message, topics: [], nodes: [] }),
});

function quorum({ services, apiVersion }: RequestContext): PartitionResponse {
  const { metadata, clock, nodeId, quorumDirectoryId } = services;
  const now = BigInt(clock.now());
  const { endOffset } = metadata.image;
  const voter = {
    replicaId: nodeId,
    ...(apiVersion >= FIRST_VERSION_WITH_NODES && { replicaDirectoryId: quorumDirectoryId }),
    logEndOffset: endOffset,
    lastFetchTimestamp: now,
    lastCaughtUpTimestamp: now,
  };
  return {
    partitionIndex: 0,
    errorCode: 0,
    leaderId: nodeId,
    leaderEpoch: metadata.epoch,
    highWatermark: endOffset,
    currentVoters: [voter],
    observers: [],
  };
}

function unknownPartition(partitionIndex: number): PartitionResponse {
  return {
    partitionIndex,
    errorCode: errorCode('UNKNOWN_TOPIC_OR_PARTITION'),
    leaderId: 0,
    leaderEpoch: 0,
    highWatermark: 0n,
    currentVoters: [],
    observers: [],
  };
}
