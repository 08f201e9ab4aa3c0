// Metadata, as people ask for it: which topics there are, and their partitions with leaders and replicas.

import { KafkaError, metadata as metadataApi } from '../../protocol/index.ts';
import type { Cluster } from '../cluster.ts';
import { readTopic, type TopicMetadata } from '../metadata.ts';
import { responseError } from '../response-error.ts';
import type { DescribeOptions } from './authorized-operations.ts';

/** A topic, or why it cannot be described. */
export interface DescribedTopic {
  readonly name: string;
  readonly topic: TopicMetadata | undefined;
  readonly error: KafkaError | undefined;
}

/** A topic that was named by its id, or why it cannot be described. */
export interface DescribedTopicId {
  readonly topicId: string;
  readonly topic: TopicMetadata | undefined;
  readonly error: KafkaError | undefined;
}

/** Which topics to list. */
export interface ListTopicsOptions extends DescribeOptions {
  /** With the broker's own topics, `__consumer_offsets` and so on. Default false. */
  readonly includeInternal?: boolean | undefined;
}

const FIRST_VERSION_BY_ID = 12;

/** Every topic that the client may see, by name. */
export async function listTopics(cluster: Cluster, options: ListTopicsOptions = {}): Promise<TopicMetadata[]> {
  const topics = await cluster.retry('list topics', options, () => cluster.topics.ask('all', options));
  return [...topics.values()]
    .flatMap((topic) => (topic instanceof KafkaError ? [] : [topic]))
    .filter((topic) => options.includeInternal || !topic.isInternal)
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** The topics of these names, in this order; a missing one has `UNKNOWN_TOPIC_OR_PARTITION` as its error. */
export async function describeTopics(
  cluster: Cluster,
  names: readonly string[],
  options: DescribeOptions = {},
): Promise<DescribedTopic[]> {
  if (names.length === 0) return [];
  const topics = await cluster.retry('describe topics', options, () => cluster.topics.ask(names, options));
  return names.map((name) => {
    const topic = topics.get(name) ?? unanswered(`topic ${name}`);
    return topic instanceof KafkaError ? { name, topic: undefined, error: topic } : { name, topic, error: undefined };
  });
}

/**
 * The topics of these ids, in this order; a missing one has `UNKNOWN_TOPIC_ID` as its error. Needs Kafka 3.1 (KIP-516): rejects with
 * `UNSUPPORTED_VERSION` otherwise.
 */
export async function describeTopicsById(
  cluster: Cluster,
  topicIds: readonly string[],
  options: DescribeOptions = {},
): Promise<DescribedTopicId[]> {
  if (topicIds.length === 0) return [];
  return cluster.retry('describe topics', options, async () => {
    const { includeAuthorizedOperations = false, signal } = options;
    const { topics } = await cluster.sendToAny(
      metadataApi,
      (version) => {
        if (version < FIRST_VERSION_BY_ID)
          throw new KafkaError(
            'UNSUPPORTED_VERSION',
            'Cannot describe topics by id: the broker is older than Kafka 3.1',
          );
        return {
          topics: topicIds.map((topicId) => ({ topicId, name: null })),
          allowAutoTopicCreation: false,
          includeTopicAuthorizedOperations: includeAuthorizedOperations,
        };
      },
      { signal },
    );
    return topicIds.map((topicId) => {
      const found = topics.find((topic) => topic.topicId === topicId);
      const what = `topic ${topicId}`;
      const error = found ? responseError(found.errorCode, `describe ${what}`) : unanswered(what);
      return { topicId, topic: found && !error ? readTopic(found.name ?? '', found) : undefined, error };
    });
  });
}

function unanswered(what: string): KafkaError {
  return new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `The broker says nothing of ${what}`);
}
