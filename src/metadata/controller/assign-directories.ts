// Which log directory of a broker holds which replica (KIP-858): what Apache Kafka's brokers tell their controller with AssignReplicasToDirs.

import { ZERO_UUID } from '../../protocol/index.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import { type PartitionImage, partitionChange } from '../image/partition-image.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import type { Decision } from './decision.ts';

export interface DirectoryAssignment {
  readonly topicId: string;
  readonly index: number;
  /** Of a log directory of the broker. */
  readonly directoryId: string;
}

/** Nothing happens for partitions that are there already, that the broker has no replica of, or that are gone. */
export function assignDirectories(
  image: MetadataImage,
  brokerId: number,
  assignments: readonly DirectoryAssignment[],
): Decision<void> {
  const records: MetadataRecord[] = [];
  for (const { topicId, index, directoryId } of assignments) {
    const partition = image.topics.byId.get(topicId)?.partitions[index];
    if (partition === undefined || (directoryOf(partition, brokerId) ?? directoryId) === directoryId) continue;
    const directories = partition.replicas.map((id, at) =>
      id === brokerId ? directoryId : (partition.directories[at] ?? UNASSIGNED_DIRECTORY),
    );
    records.push({ type: 'PartitionChangeRecord', value: partitionChange(topicId, index, { directories }) });
  }
  return { records, response: undefined };
}

/** A log directory that is not decided yet. */
export const UNASSIGNED_DIRECTORY = ZERO_UUID;

/** Where the broker has its replica, as far as the metadata knows; undefined where it has none. */
export function directoryOf({ replicas, directories }: PartitionImage, brokerId: number): string | undefined {
  const at = replicas.indexOf(brokerId);
  return at < 0 ? undefined : (directories[at] ?? UNASSIGNED_DIRECTORY);
}
