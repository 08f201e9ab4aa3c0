// AlterPartitionReassignments and ListPartitionReassignments (KIP-455): which brokers keep a partition. One node copies nothing to another, so
// replicas can be put in another order and taken away; a reassignment that Apache Kafka has left behind can be seen and cancelled.

import type {
  AlterPartitionReassignmentsRequest,
  alterPartitionReassignments as alterApi,
  Item,
  ListPartitionReassignmentsRequest,
  listPartitionReassignments as listApi,
  PartitionChangeRecord,
} from '../../protocol/index.ts';
import { KafkaError, ZERO_UUID } from '../../protocol/index.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import { type PartitionImage, partitionChange } from '../image/partition-image.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import { checkAssignment } from './assign-replicas.ts';
import { type Answer, apiError, type Decision, NO_ERROR } from './decision.ts';

type Target = Item<Item<AlterPartitionReassignmentsRequest['topics']>['partitions']>;
type Change = Partial<PartitionChangeRecord>;

export function alterReassignments(
  image: MetadataImage,
  request: Pick<AlterPartitionReassignmentsRequest, 'topics' | 'allowReplicationFactorChange'>,
): Decision<Answer<typeof alterApi>> {
  const { allowReplicationFactorChange } = request;
  const records: MetadataRecord[] = [];
  const responses = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((target) => {
      const { partitionIndex } = target;
      try {
        records.push(...decide(image, name, target, allowReplicationFactorChange));
        return { partitionIndex, ...NO_ERROR };
      } catch (error) {
        return { partitionIndex, ...apiError(error) };
      }
    }),
  }));
  return { records, response: { ...NO_ERROR, allowReplicationFactorChange, responses } };
}

/** `topics`: null for all that are being reassigned. */
export function listReassignments(
  { topics }: MetadataImage,
  request: Pick<ListPartitionReassignmentsRequest, 'topics'>,
): Answer<typeof listApi> {
  const asked =
    request.topics ??
    Array.from(topics.byName.values(), ({ name, partitions }) => ({ name, partitionIndexes: [...partitions.keys()] }));
  const found = asked.map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.flatMap((partitionIndex) => {
      const partition = topics.partition(name, partitionIndex);
      if (partition === undefined || !isUnderWay(partition)) return [];
      const { replicas, addingReplicas, removingReplicas } = partition;
      return { partitionIndex, replicas, addingReplicas, removingReplicas };
    }),
  }));
  return { ...NO_ERROR, topics: found.filter(({ partitions }) => partitions.length > 0) };
}

function decide(image: MetadataImage, name: string, target: Target, mayChangeFactor: boolean): MetadataRecord[] {
  const topic = image.topics.byName.get(name);
  if (topic === undefined) {
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `Unable to find a topic named ${name}.`);
  }
  const partition = topic.partitions[target.partitionIndex];
  if (partition === undefined) {
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `Unable to find partition ${name}:${target.partitionIndex}.`);
  }
  const change =
    target.replicas === null ? cancelled(partition) : reassigned(image, partition, target.replicas, mayChangeFactor);
  if (change === undefined) return [];
  return [{ type: 'PartitionChangeRecord', value: partitionChange(topic.topicId, target.partitionIndex, change) }];
}

function cancelled(partition: PartitionImage): Change {
  if (!isUnderWay(partition)) throw new KafkaError('NO_REASSIGNMENT_IN_PROGRESS');
  return kept(partition, stableReplicas(partition));
}

function reassigned(
  image: MetadataImage,
  partition: PartitionImage,
  replicas: readonly number[],
  mayChangeFactor: boolean,
): Change | undefined {
  checkAssignment(image.brokers, replicas, undefined);
  const before = isUnderWay(partition)
    ? stableReplicas(partition).filter((id) => !partition.removingReplicas.includes(id))
    : partition.replicas;
  if (!mayChangeFactor && before.length !== replicas.length) {
    throw new KafkaError(
      'INVALID_REPLICATION_FACTOR',
      `The replication factor is changed from ${before.length} to ${replicas.length}`,
    );
  }
  const missing = replicas.find((id) => !partition.isr.includes(id));
  if (missing !== undefined && !partition.replicas.includes(missing)) {
    throw new KafkaError(
      'INVALID_REPLICA_ASSIGNMENT',
      `Cannot reassign the partition to broker ${missing}: it has no replica, and nothing would copy one to it`,
    );
  }
  const isSame =
    replicas.length === partition.replicas.length && replicas.every((id, at) => id === partition.replicas[at]);
  return isSame && !isUnderWay(partition) ? undefined : kept(partition, replicas);
}

/** Only these replicas stay, in this order. */
function kept(partition: PartitionImage, replicas: readonly number[]): Change {
  const isr = partition.isr.filter((id) => replicas.includes(id));
  const [first] = isr;
  if (first === undefined) {
    throw new KafkaError('INVALID_REPLICA_ASSIGNMENT', 'None of the replicas that would stay is in sync');
  }
  return {
    replicas: [...replicas],
    directories: replicas.map((id) => partition.directories[partition.replicas.indexOf(id)] ?? ZERO_UUID),
    isr,
    addingReplicas: [],
    removingReplicas: [],
    ...(!isr.includes(partition.leader) && { leader: first }),
  };
}

function isUnderWay({ addingReplicas, removingReplicas }: PartitionImage): boolean {
  return addingReplicas.length > 0 || removingReplicas.length > 0;
}

/** The replicas before the reassignment began. */
function stableReplicas({ replicas, addingReplicas }: PartitionImage): number[] {
  return replicas.filter((id) => !addingReplicas.includes(id));
}
