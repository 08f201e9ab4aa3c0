// OffsetFetch: where groups stand, for named partitions or for all.

import { errorCode, KafkaError, offsetFetch, type RequestOf, ZERO_UUID } from '../../protocol/index.ts';
import { isAuthorized, mayDo } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { type Answer, handler, type RequestContext } from '../handler.ts';
import { asKafkaError } from '../kafka-error.ts';

type OffsetFetchRequest = RequestOf<typeof offsetFetch>;
type OffsetFetchResponse = Answer<typeof offsetFetch>;
type GroupRequest = OffsetFetchRequest['groups'][number];
type GroupTopic = NonNullable<GroupRequest['topics']>[number];
type GroupResponse = NonNullable<OffsetFetchResponse['groups']>[number];
type GroupTopicResponse = GroupResponse['topics'][number];

/** From here on a request asks for several groups. */
const FIRST_BATCHED_VERSION = 8;
/** From here on topics are named by their ids only. */
const FIRST_VERSION_WITH_TOPIC_IDS = 10;
/** Up to here an error of the group stands at each partition. */
const LAST_VERSION_WITHOUT_GROUP_ERROR = 1;

export const offsetFetchHandler = handler(offsetFetch, {
  async handle(request, context) {
    if (context.apiVersion >= FIRST_BATCHED_VERSION) {
      const groups = request.groups.map((group) => fetchGroup(group, request.requireStable, context));
      return { groups: await Promise.all(groups) };
    }
    const group = await fetchGroup(singleGroup(request), request.requireStable, context);
    return singleResponse(request, group, context.apiVersion);
  },
  fail(request, error, context) {
    if (context.apiVersion >= FIRST_BATCHED_VERSION)
      return { groups: request.groups.map((group) => failure(group, error)) };
    return singleResponse(request, failure(singleGroup(request), error), context.apiVersion);
  },
});

/** The request of a version that knows one group only, in the form of the later ones. */
function singleGroup(request: OffsetFetchRequest): GroupRequest {
  return {
    groupId: request.groupId,
    memberId: null,
    memberEpoch: -1,
    topics: request.topics?.map((topic) => ({ ...topic, topicId: ZERO_UUID })) ?? null,
  };
}

function singleResponse(request: OffsetFetchRequest, group: GroupResponse, apiVersion: number): OffsetFetchResponse {
  const code = group.errorCode ?? 0;
  if (code === 0 || apiVersion > LAST_VERSION_WITHOUT_GROUP_ERROR) {
    return { topics: group.topics.map(({ name = '', partitions }) => ({ name, partitions })), errorCode: code };
  }
  return {
    topics: (request.topics ?? []).map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => noOffset(partitionIndex, code)),
    })),
  };
}

async function fetchGroup(
  group: GroupRequest,
  requireStable: boolean,
  context: RequestContext,
): Promise<GroupResponse> {
  if (!isAuthorized(context, 'describe', 'group', group.groupId)) {
    return failure(group, new KafkaError('GROUP_AUTHORIZATION_FAILED'));
  }
  const refused: GroupTopicResponse[] = [];
  const topics = group.topics?.flatMap((topic) => {
    const named = withName(topic, context);
    const isAllowed = named !== undefined && isAuthorized(context, 'describe', 'topic', named.name);
    if (isAllowed) return named;
    const code = errorCode(named === undefined ? 'UNKNOWN_TOPIC_ID' : 'TOPIC_AUTHORIZATION_FAILED');
    refused.push({ ...topic, partitions: topic.partitionIndexes.map((index) => noOffset(index, code)) });
    return [];
  });
  try {
    const response = await context.services.groups.fetchOffsets(
      groupContext(context),
      { ...group, topics: topics ?? null },
      requireStable,
    );
    // Who asks for all offsets is not told of topics that he may not see.
    const visible = response.topics.filter(
      ({ name = '' }) => group.topics !== null || mayDo(context, 'describe', 'topic', name),
    );
    return { ...response, topics: [...visible.flatMap((topic) => withId(topic, context)), ...refused] };
  } catch (error) {
    return failure(group, asKafkaError(error, context));
  }
}

function withName(topic: GroupTopic, context: RequestContext): GroupTopic | undefined {
  if (context.apiVersion < FIRST_VERSION_WITH_TOPIC_IDS) return topic;
  const image = context.services.metadata.image.topics.byId.get(topic.topicId);
  return image === undefined ? undefined : { ...topic, name: image.name };
}

/** An offset of a topic that is gone cannot be told by id, so it is left out. */
function withId(topic: GroupTopicResponse, context: RequestContext): GroupTopicResponse[] {
  if (context.apiVersion < FIRST_VERSION_WITH_TOPIC_IDS) return [topic];
  const image = context.services.metadata.image.topics.byName.get(topic.name ?? '');
  return image === undefined ? [] : [{ ...topic, topicId: image.topicId }];
}

function failure(group: GroupRequest, error: KafkaError): GroupResponse {
  return { groupId: group.groupId, topics: [], errorCode: errorCode(error.code) };
}

function noOffset(partitionIndex: number, code: number) {
  return { partitionIndex, committedOffset: -1n, committedLeaderEpoch: -1, metadata: '', errorCode: code };
}
