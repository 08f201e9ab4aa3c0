// DeleteTopics: topics with all their data, by name or by id.

import {
  type DeleteTopicsResponse,
  deleteTopics as deleteTopicsApi,
  KafkaError,
  ZERO_UUID,
} from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { itemError } from './response-error.ts';

/** What became of one topic. */
export interface DeletedTopic {
  readonly name: string;
  readonly error: KafkaError | undefined;
}

/** What became of one topic that was named by its id. */
export interface DeletedTopicId {
  readonly topicId: string;
  readonly error: KafkaError | undefined;
}

const FIRST_VERSION_BY_ID = 6;

/** One answer for each name; a missing topic has `UNKNOWN_TOPIC_OR_PARTITION` as its error. */
export function deleteTopics(
  cluster: Cluster,
  names: readonly string[],
  options: RetryScope = {},
): Promise<DeletedTopic[]> {
  const wanted = (version: number) =>
    version >= FIRST_VERSION_BY_ID
      ? { topics: names.map((name) => ({ name, topicId: ZERO_UUID })) }
      : { topicNames: [...names] };
  return deleteEach(cluster, options, wanted, ({ name: told, topicId, errorCode, errorMessage }) => {
    const name = told ?? topicId;
    return { name, error: itemError(errorCode, `delete topic ${name}`, errorMessage) };
  });
}

/**
 * One answer for each id; a missing topic has `UNKNOWN_TOPIC_ID` as its error. Never deletes a younger topic of the same name. Needs Kafka 2.8 (KIP-516):
 * rejects with `UNSUPPORTED_VERSION` otherwise.
 */
export function deleteTopicsById(
  cluster: Cluster,
  topicIds: readonly string[],
  options: RetryScope = {},
): Promise<DeletedTopicId[]> {
  const wanted = (version: number) => {
    if (version < FIRST_VERSION_BY_ID)
      throw new KafkaError('UNSUPPORTED_VERSION', 'Cannot delete topics by id: the broker is older than Kafka 2.8');
    return { topics: topicIds.map((topicId) => ({ name: null, topicId })) };
  };
  return deleteEach(cluster, options, wanted, ({ topicId, errorCode, errorMessage }) => ({
    topicId,
    error: itemError(errorCode, `delete topic ${topicId}`, errorMessage),
  }));
}

type Wanted =
  | { readonly topics: { readonly name: string | null; readonly topicId: string }[] }
  | { readonly topicNames: string[] };

function deleteEach<T>(
  cluster: Cluster,
  options: RetryScope,
  wanted: (version: number) => Wanted,
  read: (answer: DeleteTopicsResponse['responses'][number]) => T,
): Promise<T[]> {
  return cluster.retry('delete topics', options, async (remainingMs) => {
    const timeoutMs = Math.ceil(remainingMs);
    const { responses } = await cluster.sendToController(
      deleteTopicsApi,
      (version) => ({ ...wanted(version), timeoutMs }),
      { signal: options.signal },
    );
    cluster.topics.expire();
    return responses.map(read);
  });
}
