// OffsetCommit: keeps where a group stands. Topics and partitions that do not exist are refused one by one.

import { errorCode, offsetCommit, type RequestOf, type ResponseInput, ZERO_UUID } from '../../protocol/index.ts';
import { isAuthorized, requireGroup } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { handler, type RequestContext } from '../handler.ts';

type OffsetCommitRequest = RequestOf<typeof offsetCommit>;
type TopicRequest = OffsetCommitRequest['topics'][number];
type TopicResponse = ResponseInput<typeof offsetCommit>['topics'][number];

/** From here on topics are named by their ids only. */
const FIRST_VERSION_WITH_TOPIC_IDS = 10;

export const offsetCommitHandler = handler(offsetCommit, {
  async handle(request, context) {
    requireGroup(context, 'read', request.groupId);
    const refused: TopicResponse[] = [];
    const accepted: TopicRequest[] = [];
    for (const topic of request.topics) {
      const { known, unknown, code } = existingPartitions(topic, context);
      if (unknown.length > 0) refused.push(failure({ ...topic, partitions: unknown }, code));
      if (known !== undefined) accepted.push(known);
    }
    if (accepted.length === 0) return { topics: refused };
    const response = await context.services.groups.commitOffsets(groupContext(context), {
      ...request,
      topics: accepted,
    });
    return { ...response, topics: merge(response.topics, refused) };
  },
  fail(request, error) {
    return { topics: request.topics.map((topic) => failure(topic, errorCode(error.code))) };
  },
});

/** Splits a topic into what exists, named and identified, and what does not. */
function existingPartitions(topic: TopicRequest, context: RequestContext) {
  const { topics } = context.services.metadata.image;
  const usesIds = context.apiVersion >= FIRST_VERSION_WITH_TOPIC_IDS;
  const image = usesIds ? topics.byId.get(topic.topicId) : topics.byName.get(topic.name);
  const code = errorCode(usesIds && image === undefined ? 'UNKNOWN_TOPIC_ID' : 'UNKNOWN_TOPIC_OR_PARTITION');
  // Of a name that may not be read it is not told whether a topic has it.
  if (!(usesIds && image === undefined) && !isAuthorized(context, 'read', 'topic', image?.name ?? topic.name)) {
    return { known: undefined, unknown: topic.partitions, code: errorCode('TOPIC_AUTHORIZATION_FAILED') };
  }
  if (image === undefined) return { known: undefined, unknown: topic.partitions, code };
  const exists = ({ partitionIndex }: { partitionIndex: number }) => image.partitions[partitionIndex] !== undefined;
  const partitions = topic.partitions.filter(exists);
  const known = partitions.length === 0 ? undefined : { name: image.name, topicId: image.topicId, partitions };
  return { known, unknown: topic.partitions.filter((partition) => !exists(partition)), code };
}

function failure(topic: TopicRequest, code: number): TopicResponse {
  return {
    name: topic.name,
    topicId: topic.topicId,
    partitions: topic.partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
  };
}

/** One entry per topic, as the request had it. */
function merge(committed: readonly TopicResponse[], refused: readonly TopicResponse[]): TopicResponse[] {
  const merged = committed.map((topic) => {
    const rest = refused.find((other) => isSameTopic(topic, other));
    return rest === undefined ? topic : { ...topic, partitions: [...topic.partitions, ...rest.partitions] };
  });
  return [...merged, ...refused.filter((topic) => !committed.some((other) => isSameTopic(topic, other)))];
}

function isSameTopic(one: TopicResponse, other: TopicResponse): boolean {
  const id = one.topicId ?? ZERO_UUID;
  return id !== ZERO_UUID && other.topicId !== ZERO_UUID ? id === other.topicId : one.name === other.name;
}
