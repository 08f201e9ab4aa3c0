// Metadata, as people ask for it: which topics there are, and their partitions with leaders and replicas.

import { KafkaError } from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import type { TopicMetadata } from '../metadata.ts';

export interface DescribedTopic {
  readonly name: string;
  readonly topic: TopicMetadata | undefined;
  readonly error: KafkaError | undefined;
}

export interface ListTopicsOptions extends RetryScope {
  /** With the broker's own topics, `__consumer_offsets` and so on. Default false. */
  readonly includeInternal?: boolean | undefined;
}

/** Every topic that the client may see, by name. */
export async function listTopics(cluster: Cluster, options: ListTopicsOptions = {}): Promise<TopicMetadata[]> {
  const topics = await cluster.retry('list topics', options, () =>
    cluster.topics.ask('all', { signal: options.signal }),
  );
  return [...topics.values()]
    .flatMap((topic) => (topic instanceof KafkaError ? [] : [topic]))
    .filter((topic) => options.includeInternal || !topic.isInternal)
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** The topics of these names, in this order; a missing one has `UNKNOWN_TOPIC_OR_PARTITION` as its error. */
export async function describeTopics(
  cluster: Cluster,
  names: readonly string[],
  options: RetryScope = {},
): Promise<DescribedTopic[]> {
  if (names.length === 0) return [];
  const topics = await cluster.retry('describe topics', options, () =>
    cluster.topics.ask(names, { signal: options.signal }),
  );
  return names.map((name) => {
    const topic = topics.get(name);
    if (topic === undefined) {
      return {
        name,
        topic: undefined,
        error: new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `The broker says nothing of topic ${name}`),
      };
    }
    return topic instanceof KafkaError ? { name, topic: undefined, error: topic } : { name, topic, error: undefined };
  });
}
