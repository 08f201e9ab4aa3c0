// Acknowledgements that wait for the next request to a broker, by partition.

import { partitionName, type TopicPartition } from '../topic-partition.ts';
import { ACKNOWLEDGE_TYPES, type AcknowledgeOutcome, type AcknowledgeType } from './share-record.ts';

/** A partition with its topic's id, by which share requests name it. */
export interface SharePartition extends TopicPartition {
  readonly topicId: string;
}

export interface PartitionAcknowledgements {
  readonly place: SharePartition;
  readonly types: ReadonlyMap<bigint, AcknowledgeType>;
}

/** As requests have it: one type for a run of offsets. */
export interface AcknowledgementBatch {
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  readonly acknowledgeTypes: number[];
}

/** Bounded by the records that are locked for the consumer. */
export class Acknowledgements {
  readonly #partitions = new Map<string, { place: SharePartition; types: Map<bigint, AcknowledgeType> }>();

  get isEmpty(): boolean {
    return this.#partitions.size === 0;
  }

  add(place: SharePartition, offset: bigint, type: AcknowledgeType): void {
    const name = partitionName(place);
    const { topic, partition, topicId } = place;
    let entry = this.#partitions.get(name);
    if (entry === undefined) {
      entry = { place: { topic, partition, topicId }, types: new Map() };
      this.#partitions.set(name, entry);
    }
    entry.types.set(offset, type);
  }

  /** Hands out everything, and is empty then. */
  take(): PartitionAcknowledgements[] {
    const taken = [...this.#partitions.values()];
    this.#partitions.clear();
    return taken;
  }
}

export function toBatches(types: ReadonlyMap<bigint, AcknowledgeType>): AcknowledgementBatch[] {
  const batches: AcknowledgementBatch[] = [];
  for (const [offset, type] of [...types].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const code = ACKNOWLEDGE_TYPES[type];
    const last = batches.at(-1);
    if (last?.lastOffset === offset - 1n && last.acknowledgeTypes[0] === code) {
      batches[batches.length - 1] = { ...last, lastOffset: offset };
    } else {
      batches.push({ firstOffset: offset, lastOffset: offset, acknowledgeTypes: [code] });
    }
  }
  return batches;
}

export function outcomeOf(
  { place, types }: PartitionAcknowledgements,
  error: AcknowledgeOutcome['error'],
): AcknowledgeOutcome {
  // Nobody knows of gaps but the client and the broker.
  const offsets = [...types].flatMap(([offset, type]) => (type === 'gap' ? [] : [offset]));
  return { topic: place.topic, partition: place.partition, offsets, error };
}
