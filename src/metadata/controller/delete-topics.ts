// DeleteTopics: by name or by id, each at most once.

import type { DeleteTopicsRequest, deleteTopics as deleteTopicsApi, Item } from '../../protocol/index.ts';
import { KafkaError, ZERO_UUID } from '../../protocol/index.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import { type Answer, apiError, type Decision, duplicatesOf, NO_ERROR } from './decision.ts';
import type { TopicPermissions } from './permissions.ts';

type Result = Item<Answer<typeof deleteTopicsApi>['responses']>;

export function deleteTopics(
  image: MetadataImage,
  request: Pick<DeleteTopicsRequest, 'topics' | 'topicNames'>,
  permissions: TopicPermissions,
): Decision<Answer<typeof deleteTopicsApi>> {
  const responses: Result[] = [];
  const records: MetadataRecord[] = [];
  const refuse = (name: string | null, topicId: string, error: KafkaError) => {
    responses.push({ name, topicId, ...apiError(error) });
  };
  const names = [...request.topicNames];
  const ids: string[] = [];
  for (const { name, topicId } of request.topics) {
    if (name === null && topicId === ZERO_UUID) {
      refuse(null, ZERO_UUID, invalid('Neither topic name nor id were specified.'));
    } else if (name === null) ids.push(topicId);
    else if (topicId === ZERO_UUID) names.push(name);
    else refuse(name, topicId, invalid('You may not specify both topic name and topic id.'));
  }
  const duplicateNames = duplicatesOf(names);
  const duplicateIds = duplicatesOf(ids);
  for (const name of duplicateNames) refuse(name, ZERO_UUID, invalid('Duplicate topic name.'));
  for (const id of duplicateIds) refuse(null, id, invalid('Duplicate topic id.'));

  /** Topics to delete: name by id. */
  const chosen = new Map<string, string>();
  for (const id of ids.filter((id) => !duplicateIds.has(id))) {
    const topic = image.topics.byId.get(id);
    if (topic === undefined) refuse(null, id, new KafkaError('UNKNOWN_TOPIC_ID'));
    else if (permissions.canDelete(topic.name)) chosen.set(id, topic.name);
    else {
      const isVisible = permissions.canDescribe(topic.name);
      refuse(isVisible ? topic.name : null, id, new KafkaError('TOPIC_AUTHORIZATION_FAILED'));
    }
  }
  const taken = new Set([...duplicateIds, ...chosen.keys()]);
  for (const name of names.filter((name) => !duplicateNames.has(name))) {
    const topic = image.topics.byName.get(name);
    if (!permissions.canDescribe(name)) refuse(name, ZERO_UUID, new KafkaError('TOPIC_AUTHORIZATION_FAILED'));
    else if (topic === undefined) refuse(name, ZERO_UUID, new KafkaError('UNKNOWN_TOPIC_OR_PARTITION'));
    else if (!permissions.canDelete(name)) refuse(name, ZERO_UUID, new KafkaError('TOPIC_AUTHORIZATION_FAILED'));
    else if (taken.has(topic.topicId)) {
      chosen.delete(topic.topicId);
      refuse(name, topic.topicId, invalid('The provided topic name maps to an ID that was already supplied.'));
    } else chosen.set(topic.topicId, name);
  }

  for (const [topicId, name] of chosen) {
    try {
      permissions.countMutations(image.topics.byId.get(topicId)?.partitions.length ?? 0);
      records.push({ type: 'RemoveTopicRecord', value: { topicId } });
      responses.push({ name, topicId, ...NO_ERROR });
    } catch (error) {
      responses.push({ name, topicId, ...apiError(error) });
    }
  }
  return { records, response: { responses } };
}

function invalid(message: string): KafkaError {
  return new KafkaError('INVALID_REQUEST', message);
}
