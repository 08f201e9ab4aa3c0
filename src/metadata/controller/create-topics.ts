// CreateTopics: names, partitions, replicas and settings of new topics. Rules and messages as in Kafka's ReplicationControlManager.

import type { Random } from '../../platform/index.ts';
import type { CreateTopicsRequest, createTopics as createTopicsApi, Item } from '../../protocol/index.ts';
import { CONFIG_RESOURCE, KafkaError, randomUuid, ZERO_UUID } from '../../protocol/index.ts';
import { type ConfigChange, decideConfigChange } from '../configs/alter-config.ts';
import type { ConfigSchema } from '../configs/config-schema.ts';
import { effectiveTopicConfigs } from '../configs/effective-topic-configs.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import { type PartitionImage, partitionRecord } from '../image/partition-image.ts';
import type { MetadataConfig } from '../metadata-config.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import { CLUSTER_METADATA_TOPIC, collisionKey, validateTopicName } from '../topic-name.ts';
import { assignPartition } from './assign-replicas.ts';
import { type Answer, type ApiError, apiError, type Decision, duplicatesOf } from './decision.ts';
import type { TopicPermissions } from './permissions.ts';
import { placePartitions } from './place-replicas.ts';

export interface CreateTopicsContext {
  readonly schema: ConfigSchema;
  readonly nodeId: number;
  readonly random: Random;
  readonly config: Pick<MetadataConfig, 'num.partitions' | 'default.replication.factor'>;
  readonly permissions: TopicPermissions;
}

type NewTopic = Item<CreateTopicsRequest['topics']>;
type TopicResult = Item<Answer<typeof createTopicsApi>['topics']>;

/** Partitions that one request may create; their records fit into one batch of the log. */
export const MAX_PARTITIONS_PER_REQUEST = 10_000;

export function createTopics(
  image: MetadataImage,
  request: Pick<CreateTopicsRequest, 'topics' | 'validateOnly'>,
  context: CreateTopicsContext,
): Decision<Answer<typeof createTopicsApi>> {
  const duplicates = duplicatesOf(request.topics.map(({ name }) => name));
  const candidates = request.topics.filter(({ name }) => !duplicates.has(name));
  const records: MetadataRecord[] = [];
  const results: TopicResult[] = [];
  const collisions = new Map<string, string>();
  const overflow = checkPartitionCount(candidates, context.config['num.partitions']);
  for (const topic of candidates) {
    try {
      if (overflow !== undefined) throw overflow;
      const created = createTopic(image, topic, collisions, context);
      records.push(...created.records);
      results.push(created.result);
      const key = collisionKey(topic.name);
      if (key !== undefined) collisions.set(key, topic.name);
    } catch (error) {
      results.push(refusal(topic.name, apiError(error)));
    }
  }
  for (const name of duplicates) {
    results.push(refusal(name, apiError(new KafkaError('INVALID_REQUEST', 'Duplicate topic name.'))));
  }
  return { records: request.validateOnly ? [] : records, response: { topics: results } };
}

function createTopic(
  image: MetadataImage,
  topic: NewTopic,
  collisions: ReadonlyMap<string, string>,
  context: CreateTopicsContext,
): { records: MetadataRecord[]; result: TopicResult } {
  const { name } = topic;
  checkName(image, name, collisions, context.permissions);
  const changes = configChanges(topic);
  const decided = decideConfigChange(image, { type: CONFIG_RESOURCE.topic, name }, changes, context.schema, true);
  const partitions = partitionsOf(image, topic, context);
  context.permissions.countMutations(partitions.length);
  const topicId = newTopicId(image, context.random);
  const records: MetadataRecord[] = [{ type: 'TopicRecord', value: { name, topicId } }, ...decided];
  for (const [index, partition] of partitions.entries()) {
    records.push({ type: 'PartitionRecord', value: partitionRecord(topicId, index, partition) });
  }
  const texts = Object.fromEntries(topic.configs.map((config) => [config.name, config.value ?? '']));
  return { records, result: { name, topicId, errorCode: 0, errorMessage: null, ...description() } };

  function description(): Partial<TopicResult> {
    if (!context.permissions.canDescribeConfigs(name)) {
      return { topicConfigErrorCode: new KafkaError('TOPIC_AUTHORIZATION_FAILED').errorCode, configs: [] };
    }
    return {
      topicConfigErrorCode: 0,
      numPartitions: partitions.length,
      replicationFactor: partitions[0]?.replicas.length ?? 0,
      configs: effectiveTopicConfigs(context.schema, image.configs, texts, context.nodeId),
    };
  }
}

/** 122 random bits do not repeat, but a generator that was seeded again does. */
function newTopicId(image: MetadataImage, random: Random): string {
  let topicId = randomUuid(random);
  while (image.topics.byId.has(topicId)) topicId = randomUuid(random);
  return topicId;
}

function checkName(
  image: MetadataImage,
  name: string,
  collisions: ReadonlyMap<string, string>,
  permissions: TopicPermissions,
): void {
  if (name === CLUSTER_METADATA_TOPIC) {
    throw new KafkaError('INVALID_REQUEST', `Creation of internal topic ${CLUSTER_METADATA_TOPIC} is prohibited.`);
  }
  if (!permissions.canCreate(name)) throw new KafkaError('TOPIC_AUTHORIZATION_FAILED', 'Authorization failed.');
  if (image.topics.byName.has(name)) throw new KafkaError('TOPIC_ALREADY_EXISTS', `Topic '${name}' already exists.`);
  const reason = validateTopicName(name);
  if (reason !== undefined) throw new KafkaError('INVALID_TOPIC_EXCEPTION', reason);
  const colliding = image.topics.collidingTopic(name) ?? collisions.get(collisionKey(name) ?? '');
  if (colliding !== undefined) {
    throw new KafkaError('INVALID_TOPIC_EXCEPTION', `Topic '${name}' collides with existing topic: ${colliding}`);
  }
}

function configChanges(topic: NewTopic): ConfigChange[] {
  const nulls = topic.configs.filter(({ value }) => value === null).map(({ name }) => name);
  if (nulls.length > 0) {
    throw new KafkaError('INVALID_CONFIG', `Null value not supported for topic configs: ${nulls.join(',')}`);
  }
  return topic.configs.map(({ name, value }) => ({ name, operation: 'SET', value }));
}

function partitionsOf(image: MetadataImage, topic: NewTopic, context: CreateTopicsContext): PartitionImage[] {
  if (topic.assignments.length > 0) return assignedPartitions(image, topic);
  if (topic.replicationFactor < -1 || topic.replicationFactor === 0) {
    throw new KafkaError(
      'INVALID_REPLICATION_FACTOR',
      'Replication factor must be larger than 0, or -1 to use the default value.',
    );
  }
  if (topic.numPartitions < -1 || topic.numPartitions === 0) {
    throw new KafkaError('INVALID_PARTITIONS', 'Number of partitions was set to an invalid non-positive value.');
  }
  const { config } = context;
  const count = topic.numPartitions === -1 ? config['num.partitions'] : topic.numPartitions;
  const factor = topic.replicationFactor === -1 ? config['default.replication.factor'] : topic.replicationFactor;
  try {
    return placePartitions(image.brokers, count, factor, context.random);
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    throw new KafkaError(error.code, `Unable to replicate the partition ${factor} time(s): ${error.message}`);
  }
}

function assignedPartitions(image: MetadataImage, topic: NewTopic): PartitionImage[] {
  const refuse = (what: string) =>
    new KafkaError('INVALID_REQUEST', `A manual partition assignment was specified, but ${what} was not set to -1.`);
  if (topic.replicationFactor !== -1) throw refuse('replication factor');
  if (topic.numPartitions !== -1) throw refuse('numPartitions');
  const partitions = new Map<number, PartitionImage>();
  let replicationFactor: number | undefined;
  for (const { partitionIndex, brokerIds } of topic.assignments) {
    if (partitions.has(partitionIndex)) {
      throw new KafkaError(
        'INVALID_REPLICA_ASSIGNMENT',
        `Found multiple manual partition assignments for partition ${partitionIndex}`,
      );
    }
    partitions.set(partitionIndex, assignPartition(image.brokers, partitionIndex, brokerIds, replicationFactor));
    replicationFactor = brokerIds.length;
  }
  return Array.from({ length: partitions.size }, (_, index) => {
    const partition = partitions.get(index);
    if (partition !== undefined) return partition;
    throw new KafkaError('INVALID_REPLICA_ASSIGNMENT', 'partitions should be a consecutive 0-based integer sequence');
  });
}

function checkPartitionCount(topics: readonly NewTopic[], defaultPartitions: number): KafkaError | undefined {
  let total = 0;
  for (const { assignments, numPartitions } of topics) {
    if (assignments.length > 0) total += assignments.length;
    else if (numPartitions === -1) total += defaultPartitions;
    else if (numPartitions > 0) total += numPartitions;
  }
  if (total <= MAX_PARTITIONS_PER_REQUEST) return undefined;
  return new KafkaError('POLICY_VIOLATION', 'Excessively large number of partitions per request.');
}

function refusal(name: string, error: ApiError): TopicResult {
  return { name, topicId: ZERO_UUID, ...error, configs: [] };
}
