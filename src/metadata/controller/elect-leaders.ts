// ElectLeaders: gives partitions back to their preferred replica, or to any replica when that is all that is left.

import type { ElectLeadersRequest, electLeaders as electLeadersApi } from '../../protocol/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import { NO_LEADER, type PartitionImage, partitionChange } from '../image/partition-image.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import { type Answer, type ApiError, apiError, type Decision, NO_ERROR } from './decision.ts';

const PREFERRED = 0;
const UNCLEAN = 1;
const RECOVERING = 1;

export function electLeaders(
  image: MetadataImage,
  request: Pick<ElectLeadersRequest, 'electionType' | 'topicPartitions'>,
): Decision<Answer<typeof electLeadersApi>> {
  const { electionType, topicPartitions } = request;
  if (electionType !== PREFERRED && electionType !== UNCLEAN) {
    throw new KafkaError('INVALID_REQUEST', `Unknown election type ${electionType}`);
  }
  const records: MetadataRecord[] = [];
  const notNeeded = new KafkaError('ELECTION_NOT_NEEDED').errorCode;
  const electAll = topicPartitions === null;
  const wanted = topicPartitions ?? allPartitions(image);
  const replicaElectionResults = wanted.map(({ topic, partitions }) => ({
    topic,
    partitionResult: partitions
      .map((partitionId) => ({ partitionId, ...elect(image, topic, partitionId, electionType, records) }))
      // Whoever asks for all partitions hears only of those where something happened.
      .filter((result) => !electAll || result.errorCode !== notNeeded),
  }));
  return { records, response: { errorCode: 0, replicaElectionResults } };
}

function elect(
  image: MetadataImage,
  topic: string,
  partitionId: number,
  electionType: number,
  records: MetadataRecord[],
): ApiError {
  try {
    const found = image.topics.byName.get(topic);
    if (found === undefined) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `No such topic as ${topic}`);
    const partition = found.partitions[partitionId];
    if (partition === undefined) {
      throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `No such partition as ${topic}-${partitionId}`);
    }
    records.push({
      type: 'PartitionChangeRecord',
      value: partitionChange(found.topicId, partitionId, elected(image, partition, electionType)),
    });
    return NO_ERROR;
  } catch (error) {
    return apiError(error);
  }
}

function elected(image: MetadataImage, partition: PartitionImage, electionType: number) {
  const { leader, replicas, isr } = partition;
  if (electionType === PREFERRED) {
    const [preferred] = replicas;
    if (preferred === leader) throw new KafkaError('ELECTION_NOT_NEEDED');
    if (preferred === undefined || !isr.includes(preferred) || !image.brokers.isActive(preferred)) {
      throw new KafkaError('PREFERRED_LEADER_NOT_AVAILABLE');
    }
    return { leader: preferred };
  }
  if (leader !== NO_LEADER) throw new KafkaError('ELECTION_NOT_NEEDED');
  const inSync = isr.find((id) => image.brokers.isActive(id));
  if (inSync !== undefined) return { leader: inSync };
  const any = replicas.find((id) => image.brokers.isActive(id));
  if (any === undefined) throw new KafkaError('ELIGIBLE_LEADERS_NOT_AVAILABLE');
  // What the other replicas have and this one lacks is lost: it becomes the only one in sync, and says so.
  return { leader: any, isr: [any], leaderRecoveryState: RECOVERING };
}

function allPartitions(image: MetadataImage): { topic: string; partitions: number[] }[] {
  return [...image.topics.byName.values()].map(({ name, partitions }) => ({
    topic: name,
    partitions: [...partitions.keys()],
  }));
}
