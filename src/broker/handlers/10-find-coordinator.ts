// FindCoordinator: which broker keeps a group, a transactional id or a share partition (v6+). The internal topic behind it is created when it is first asked for.

import { GROUP_TOPIC, SHARE_TOPIC, TRANSACTION_TOPIC } from '../../coordinator/index.ts';
import { errorCode, findCoordinator, KafkaError } from '../../protocol/index.ts';
import { isAuthorized, requireCluster, requireGroup } from '../authorization.ts';
import { type ClusterNode, thisNode } from '../cluster-nodes.ts';
import { type Answer, handler, type RequestContext } from '../handler.ts';
import { asKafkaError } from '../kafka-error.ts';
import { partitionState } from '../partition-state.ts';

type FindCoordinatorResponse = Answer<typeof findCoordinator>;

/** From here on a request asks for several keys at once. */
const FIRST_BATCHED_VERSION = 4;
const GROUP_KEY = 0;
const TRANSACTION_KEY = 1;
const SHARE_KEY = 2;
const FIRST_VERSION_WITH_SHARE_KEYS = 6;

export const findCoordinatorHandler = handler(findCoordinator, {
  async handle(request, context) {
    if (context.apiVersion < FIRST_BATCHED_VERSION) {
      const node = await coordinatorOf(request.keyType, request.key, context);
      return { errorCode: 0, errorMessage: 'NONE', nodeId: node.nodeId, host: node.host, port: node.port };
    }
    const coordinators = request.coordinatorKeys.map(async (key) => {
      try {
        const { nodeId, host, port } = await coordinatorOf(request.keyType, key, context);
        return { key, nodeId, host, port, errorCode: 0, errorMessage: '' };
      } catch (error) {
        return failure(key, asKafkaError(error, context));
      }
    });
    return { coordinators: await Promise.all(coordinators) };
  },
  fail(request, error): FindCoordinatorResponse {
    return {
      errorCode: errorCode(error.code),
      errorMessage: error.message,
      nodeId: -1,
      host: '',
      port: -1,
      coordinators: request.coordinatorKeys.map((key) => failure(key, error)),
    };
  },
});

async function coordinatorOf(keyType: number, key: string, context: RequestContext): Promise<ClusterNode> {
  const { services } = context;
  const { topic, index } = placeOf(keyType, key, context);
  const image =
    services.metadata.image.topics.byName.get(topic) ?? (await services.topicCreation.createOnFirstUse(topic));
  const partition = image.partitions[index];
  if (partition === undefined || partitionState(services, topic, index, partition).leaderId === -1) {
    throw new KafkaError('COORDINATOR_NOT_AVAILABLE');
  }
  return thisNode(context);
}

/** The partition that keeps what the key names. */
function placeOf(keyType: number, key: string, context: RequestContext): { topic: string; index: number } {
  const { groups, shareCoordinator, transactions } = context.services;
  switch (keyType) {
    case GROUP_KEY:
      requireGroup(context, 'describe', key);
      return { topic: GROUP_TOPIC, index: groups.partitionFor(key) };
    case TRANSACTION_KEY:
      if (!isAuthorized(context, 'describe', 'transactionalId', key))
        throw new KafkaError('TRANSACTIONAL_ID_AUTHORIZATION_FAILED');
      return { topic: TRANSACTION_TOPIC, index: transactions.partitionFor(key) };
    case SHARE_KEY:
      if (context.apiVersion < FIRST_VERSION_WITH_SHARE_KEYS) throw new KafkaError('INVALID_REQUEST');
      requireCluster(context, 'clusterAction');
      return { topic: SHARE_TOPIC, index: shareCoordinator.partitionFor(key) };
    default:
      throw new KafkaError(
        'INVALID_REQUEST',
        `Cannot find a coordinator for key type ${keyType}: groups (0), transactions (1) and share partitions (2) are coordinated here`,
      );
  }
}

function failure(key: string, error: KafkaError) {
  return { key, nodeId: -1, host: '', port: -1, errorCode: errorCode(error.code), errorMessage: error.message };
}
