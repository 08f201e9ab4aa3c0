// StreamsGroupHeartbeat (KIP-1071): everything that a member of a streams group has to say, and its tasks. Internal topics that are missing
// are created in the sender's name.

import { STREAMS_STATUS } from '../../coordinator/index.ts';
import { CLUSTER_NAME, isInternalTopic, validateTopicName } from '../../metadata/index.ts';
import { KafkaError, type StreamsGroupHeartbeatRequest, streamsGroupHeartbeat } from '../../protocol/index.ts';
import { isAuthorized, mayDo, requireGroup } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { type Answer, handler, type RequestContext } from '../handler.ts';
import { topicsOfTopology } from '../topology-topics.ts';

type HeartbeatAnswer = Answer<typeof streamsGroupHeartbeat>;
type MissingTopics = Parameters<RequestContext['services']['streamsTopicCreation']['begin']>[0];

const NAMED_FAILURES = 3;

export const streamsGroupHeartbeatHandler = handler(streamsGroupHeartbeat, {
  async handle(request, context) {
    requireGroup(context, 'read', request.groupId);
    if (request.topology !== null) requireUsableTopics(topicsOfTopology(request.topology.subtopologies), context);
    const { answer, missingTopics } = await context.services.groups.streamsGroupHeartbeat(
      groupContext(context),
      request,
    );
    return missingTopics.length === 0 ? answer : withCreation(request, answer, missingTopics, context);
  },
  fail: (_request, error) => ({
    errorCode: error.errorCode,
    errorMessage: error.message,
    memberId: '',
    memberEpoch: 0,
    heartbeatIntervalMs: 0,
    acceptableRecoveryLag: 0,
    taskOffsetIntervalMs: 0,
    status: null,
    endpointInformationEpoch: 0,
  }),
});

/** Throws STREAMS_INVALID_TOPOLOGY, TOPIC_AUTHORIZATION_FAILED. */
function requireUsableTopics(topics: readonly string[], context: RequestContext): void {
  const internal = topics.filter(isInternalTopic);
  if (internal.length > 0) {
    throw new KafkaError(
      'STREAMS_INVALID_TOPOLOGY',
      `Use of Kafka internal topics ${internal.join(',')} in a Kafka Streams topology is prohibited.`,
    );
  }
  const invalid = topics.filter((topic) => validateTopicName(topic) !== undefined);
  if (invalid.length > 0)
    throw new KafkaError('STREAMS_INVALID_TOPOLOGY', `Topic names ${invalid.join(',')} are not valid topic names.`);
  for (const topic of topics)
    if (!isAuthorized(context, 'describe', 'topic', topic)) throw new KafkaError('TOPIC_AUTHORIZATION_FAILED');
}

/** Begins to create the topics, and says so where it may not or cannot. */
function withCreation(
  { groupId }: StreamsGroupHeartbeatRequest,
  answer: HeartbeatAnswer,
  topics: MissingTopics,
  context: RequestContext,
): HeartbeatAnswer {
  const { streamsTopicCreation } = context.services;
  const names = topics.map(({ name }) => name);
  const forbidden = mayDo(context, 'create', 'cluster', CLUSTER_NAME)
    ? []
    : names.filter((topic) => !isAuthorized(context, 'create', 'topic', topic));
  if (forbidden.length > 0) return withDetail(answer, `; Unauthorized to CREATE on topics ${forbidden.join(', ')}.`);
  // For about two heartbeats.
  streamsTopicCreation.begin(topics, 2 * answer.heartbeatIntervalMs);
  const failures = streamsTopicCreation.failuresOf(names);
  if (failures.length === 0) return answer;
  context.services.logger.debug({ groupId, failures }, 'internal topics of a streams group are still missing');
  const named = failures.slice(0, NAMED_FAILURES).map(({ name, reason }) => `${name} (${reason})`);
  const rest = failures.length - named.length;
  return withDetail(answer, `; Creation failed: ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`);
}

function withDetail(answer: HeartbeatAnswer, detail: string): HeartbeatAnswer {
  const status = (answer.status ?? []).map((one) =>
    one.statusCode === STREAMS_STATUS.missingInternalTopics ? { ...one, statusDetail: one.statusDetail + detail } : one,
  );
  return { ...answer, status };
}
