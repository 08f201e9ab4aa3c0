// Metadata: the brokers, and the topics that are asked for with their partitions and leaders; creates topics on first use where that is wanted.

import { isInternalTopic, type TopicImage, validateTopicName } from '../../metadata/index.ts';
import {
  errorCode,
  KafkaError,
  metadata,
  type RequestOf,
  type ResponseInput,
  ZERO_UUID,
} from '../../protocol/index.ts';
import {
  authorizedOperations,
  describableClusterOperations,
  isAuthorized,
  mayCreateTopic,
  mayDo,
} from '../authorization.ts';
import { clusterNodes } from '../cluster-nodes.ts';
import { handler, type RequestContext } from '../handler.ts';
import { asKafkaError } from '../kafka-error.ts';
import { partitionState } from '../partition-state.ts';
import { countMutations } from '../quotas/count-mutations.ts';

type MetadataRequest = RequestOf<typeof metadata>;
type TopicResponse = ResponseInput<typeof metadata>['topics'][number];

/** From here on a topic may be asked for by its id. */
const FIRST_VERSION_WITH_TOPIC_IDS = 12;
/** Up to here the request may ask what the caller may do with the cluster; later DescribeCluster tells. */
const LAST_VERSION_WITH_CLUSTER_OPERATIONS = 10;
/** Stands for operations that were not asked for. */
const NOT_ASKED = -(2 ** 31);

export const metadataHandler = handler(metadata, {
  async handle(request, context) {
    const { services, apiVersion } = context;
    const topics = await describeTopics(request, context);
    const wantsClusterOperations =
      request.includeClusterAuthorizedOperations && apiVersion <= LAST_VERSION_WITH_CLUSTER_OPERATIONS;
    return {
      brokers: clusterNodes(context),
      clusterId: services.clusterId,
      controllerId: services.nodeId,
      topics,
      clusterAuthorizedOperations: wantsClusterOperations ? describableClusterOperations(context) : NOT_ASKED,
    };
  },
  fail(request, error) {
    return {
      brokers: [],
      clusterId: null,
      controllerId: -1,
      // Not every version can say that a topic has no name.
      topics: (request.topics ?? []).map(({ name, topicId }) => failure(error, name ?? '', topicId)),
    };
  },
});

async function describeTopics(request: MetadataRequest, context: RequestContext): Promise<TopicResponse[]> {
  const { topics } = context.services.metadata.image;
  const wantsOperations = request.includeTopicAuthorizedOperations;
  const wantsAll = request.topics === null || (context.apiVersion === 0 && request.topics.length === 0);
  if (request.topics === null || wantsAll) {
    return Array.from(topics.byName.values())
      .filter(({ name: topic }) => mayDo(context, 'describe', 'topic', topic))
      .map((topic) => describe(topic, wantsOperations, context));
  }
  checkReferences(request.topics, context.apiVersion);
  const seen = new Set<string>();
  const responses: (TopicResponse | Promise<TopicResponse>)[] = [];
  for (const { name, topicId } of request.topics) {
    const key = topicId === ZERO_UUID ? (name ?? '') : topicId;
    if (seen.has(key)) continue;
    seen.add(key);
    const topic = topicId === ZERO_UUID ? topics.byName.get(name ?? '') : topics.byId.get(topicId);
    if (topic === undefined && topicId !== ZERO_UUID) {
      responses.push(failure(new KafkaError('UNKNOWN_TOPIC_ID'), null, topicId));
    } else if (!isAuthorized(context, 'describe', 'topic', topic?.name ?? name ?? '')) {
      // Whether a topic of this name exists is not told, nor the name of one with this id.
      responses.push({ ...failure(new KafkaError('TOPIC_AUTHORIZATION_FAILED'), name, topicId), isInternal: false });
    } else if (topic !== undefined) responses.push(describe(topic, wantsOperations, context));
    else responses.push(describeUnknown(name ?? '', request, context));
  }
  return Promise.all(responses);
}

function checkReferences(topics: NonNullable<MetadataRequest['topics']>, apiVersion: number): void {
  if (apiVersion >= FIRST_VERSION_WITH_TOPIC_IDS) return;
  for (const { name, topicId } of topics) {
    if (name === null) {
      throw new KafkaError('INVALID_REQUEST', `Topic name can not be null for version ${apiVersion}`);
    }
    if (topicId !== ZERO_UUID) {
      throw new KafkaError('INVALID_REQUEST', `Topic IDs are not supported in requests for version ${apiVersion}`);
    }
  }
}

/** Creates the topic when client and broker allow it, and tells of it as soon as it is there. */
async function describeUnknown(
  name: string,
  request: MetadataRequest,
  context: RequestContext,
): Promise<TopicResponse> {
  const { services } = context;
  try {
    const reason = validateTopicName(name);
    if (reason !== undefined) throw new KafkaError('INVALID_TOPIC_EXCEPTION', reason);
    if (!request.allowAutoTopicCreation || !services.config['auto.create.topics.enable']) {
      throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION');
    }
    if (!mayCreateTopic(context, name)) throw new KafkaError('TOPIC_AUTHORIZATION_FAILED');
    const created = await services.topicCreation.createOnFirstUse(name);
    countMutations(context, created.partitions.length, false);
    return describe(created, request.includeTopicAuthorizedOperations, context);
  } catch (error) {
    const kafkaError = asKafkaError(error, context);
    const isTold = request.includeTopicAuthorizedOperations && kafkaError.code === 'UNKNOWN_TOPIC_OR_PARTITION';
    return {
      ...failure(kafkaError, name, ZERO_UUID),
      ...(isTold && { topicAuthorizedOperations: authorizedOperations(context, 'topic', name) }),
    };
  }
}

function describe(topic: TopicImage, wantsOperations: boolean, context: RequestContext): TopicResponse {
  return {
    errorCode: 0,
    name: topic.name,
    topicId: topic.topicId,
    isInternal: isInternalTopic(topic.name),
    partitions: topic.partitions.map((partition, partitionIndex) => {
      const { leaderId, leaderEpoch, replicaNodes, isrNodes, offlineReplicas } = partitionState(
        context.services,
        topic.name,
        partitionIndex,
        partition,
      );
      return {
        errorCode: leaderId === -1 ? errorCode('LEADER_NOT_AVAILABLE') : 0,
        partitionIndex,
        leaderId,
        leaderEpoch,
        replicaNodes,
        isrNodes,
        offlineReplicas,
      };
    }),
    topicAuthorizedOperations: wantsOperations ? authorizedOperations(context, 'topic', topic.name) : NOT_ASKED,
  };
}

function failure(error: KafkaError, name: string | null, topicId: string): TopicResponse {
  return {
    errorCode: errorCode(error.code),
    name,
    topicId,
    isInternal: name !== null && isInternalTopic(name),
    partitions: [],
  };
}
