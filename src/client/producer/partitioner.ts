// Which partition a record goes to when it does not say: by the hash of its key, or, without a key, the same one for a while.

import type { Random } from '../../platform/index.ts';
import type { PartitionMetadata, TopicMetadata } from '../metadata.ts';
import { murmur2 } from './murmur2.ts';

/** The partition of a record with a key, the same one as for every other Kafka client. */
export function partitionOfKey(key: Uint8Array, partitionCount: number): number {
  return (murmur2(key) & 0x7fffffff) % partitionCount;
}

/** What a producer knows of its own partitions. */
export interface PartitionLoads {
  /** Batches that wait to be sent. */
  queuedBatches(partition: number): number;
  /** False while its broker takes nothing. */
  isAvailable(partition: PartitionMetadata): boolean;
}

/**
 * Records without a key stay with one partition until that got `stickyBytes`, then move to another by chance: batches fill up, and all
 * partitions get the same over time. With `loads`, a partition with many waiting batches is less likely than one with few, and one whose broker takes
 * nothing is passed over while there are others (KIP-794). Partitions without a leader are passed over while others have one.
 */
export class StickyPartitioner {
  readonly #stickyBytes: number;
  readonly #random: Random;
  readonly #loads: PartitionLoads | undefined;
  #partition = -1;
  #bytesLeft = 0;

  constructor(stickyBytes: number, random: Random, loads?: PartitionLoads) {
    this.#stickyBytes = stickyBytes;
    this.#random = random;
    this.#loads = loads;
  }

  next(topic: TopicMetadata, recordBytes: number): number {
    if (this.#bytesLeft <= 0 || !hasPartition(topic, this.#partition)) {
      this.#partition = this.#choose(topic);
      this.#bytesLeft = this.#stickyBytes;
    }
    this.#bytesLeft -= recordBytes;
    return this.#partition;
  }

  #choose({ partitions }: TopicMetadata): number {
    const loads = this.#loads;
    const led = whereAny(partitions, ({ leader }) => leader >= 0);
    const available = loads ? whereAny(led, (partition) => loads.isAvailable(partition)) : led;
    const from = whereAny(available, ({ partition }) => partition !== this.#partition);
    const queued = from.map(({ partition }) => loads?.queuedBatches(partition) ?? 0);
    const most = Math.max(...queued, 0);
    // The longest queue counts once, one without a batch once more for each batch of the longest.
    const weights = queued.map((batches) => most - batches + 1);
    let left = this.#random.integer(Math.max(sum(weights), 1));
    for (const [index, { partition }] of from.entries()) {
      left -= weights[index] ?? 1;
      if (left < 0) return partition;
    }
    return 0;
  }
}

/** For every record, so it looks where the partition should be before it looks through all. */
function hasPartition({ partitions }: TopicMetadata, partition: number): boolean {
  return partitions[partition]?.partition === partition || partitions.some((each) => each.partition === partition);
}

/** Those for which it holds, or all where it holds for none. */
function whereAny<T>(items: readonly T[], holds: (item: T) => boolean): readonly T[] {
  const found = items.filter(holds);
  return found.length > 0 ? found : items;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
