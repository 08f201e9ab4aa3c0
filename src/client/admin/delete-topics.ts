// DeleteTopics: topics with all their data, by name.

import { deleteTopics as deleteTopicsApi, type KafkaError, ZERO_UUID } from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { itemError } from './response-error.ts';

export interface DeletedTopic {
  readonly name: string;
  readonly error: KafkaError | undefined;
}

export function deleteTopics(
  cluster: Cluster,
  names: readonly string[],
  options: RetryScope = {},
): Promise<DeletedTopic[]> {
  return cluster.retry('delete topics', options, async (remainingMs) => {
    const timeoutMs = Math.ceil(remainingMs);
    const response = await cluster.sendToController(
      deleteTopicsApi,
      (version) =>
        version >= 6
          ? { topics: names.map((name) => ({ name, topicId: ZERO_UUID })), timeoutMs }
          : { topicNames: [...names], timeoutMs },
      { signal: options.signal },
    );
    cluster.topics.expire();
    return response.responses.map((topic) => {
      const name = topic.name ?? topic.topicId;
      return { name, error: itemError(topic.errorCode, `delete topic ${name}`, topic.errorMessage) };
    });
  });
}
