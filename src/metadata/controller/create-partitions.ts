// CreatePartitions: more partitions for topics that exist.

import type { Random } from '../../platform/index.ts';
import type { CreatePartitionsRequest, createPartitions as createPartitionsApi, Item } from '../../protocol/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import { type PartitionImage, partitionRecord } from '../image/partition-image.ts';
import type { TopicImage } from '../image/topics-image.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import { assignPartition } from './assign-replicas.ts';
import { MAX_PARTITIONS_PER_REQUEST } from './create-topics.ts';
import { type Answer, apiError, type Decision, duplicatesOf, NO_ERROR } from './decision.ts';
import type { TopicPermissions } from './permissions.ts';
import { placePartitions } from './place-replicas.ts';

type Growth = Item<CreatePartitionsRequest['topics']>;
type Result = Item<Answer<typeof createPartitionsApi>['results']>;

export function createPartitions(
  image: MetadataImage,
  request: Pick<CreatePartitionsRequest, 'topics' | 'validateOnly'>,
  random: Random,
  permissions: TopicPermissions,
): Decision<Answer<typeof createPartitionsApi>> {
  const duplicates = duplicatesOf(request.topics.map(({ name }) => name));
  const results: Result[] = [];
  const records: MetadataRecord[] = [];
  for (const name of duplicates) {
    results.push({ name, ...apiError(new KafkaError('INVALID_REQUEST', 'Duplicate topic name.')) });
  }
  let total = 0;
  for (const growth of request.topics.filter(({ name }) => !duplicates.has(name))) {
    const { name } = growth;
    try {
      if (!permissions.canAlter(name)) throw new KafkaError('TOPIC_AUTHORIZATION_FAILED');
      const topic = image.topics.byName.get(name);
      if (topic === undefined) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION');
      const added = addedPartitions(image, topic, growth, random, MAX_PARTITIONS_PER_REQUEST - total);
      permissions.countMutations(added.length);
      total += added.length;
      for (const [index, partition] of added.entries()) {
        const value = partitionRecord(topic.topicId, topic.partitions.length + index, partition);
        records.push({ type: 'PartitionRecord', value });
      }
      results.push({ name, ...NO_ERROR });
    } catch (error) {
      results.push({ name, ...apiError(error) });
    }
  }
  return { records: request.validateOnly ? [] : records, response: { results } };
}

function addedPartitions(
  image: MetadataImage,
  topic: TopicImage,
  { count, assignments }: Growth,
  random: Random,
  most: number,
): PartitionImage[] {
  const current = topic.partitions.length;
  if (count === current) throw new KafkaError('INVALID_PARTITIONS', `Topic already has ${current} partition(s).`);
  if (count < current) {
    throw new KafkaError(
      'INVALID_PARTITIONS',
      `The topic ${topic.name} currently has ${current} partition(s); ${count} would not be an increase.`,
    );
  }
  const additional = count - current;
  if (assignments !== null && assignments.length !== additional) {
    throw new KafkaError(
      'INVALID_REPLICA_ASSIGNMENT',
      `Attempted to add ${additional} additional partition(s), but only ${assignments.length} assignment(s) were specified.`,
    );
  }
  if (additional > most)
    throw new KafkaError('POLICY_VIOLATION', 'Excessively large number of partitions per request.');
  const replicationFactor = topic.partitions[0]?.replicas.length ?? 1;
  if (assignments === null) return placePartitions(image.brokers, additional, replicationFactor, random);
  return assignments.map(({ brokerIds }, index) =>
    assignPartition(image.brokers, current + index, brokerIds, replicationFactor),
  );
}
