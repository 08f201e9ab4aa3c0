// Which partition a record goes to when it does not say: by the hash of its key, or, without a key, the same one for a while.

import type { Random } from '../../platform/index.ts';
import type { TopicMetadata } from '../metadata.ts';
import { murmur2 } from './murmur2.ts';

/** The partition of a record with a key, the same one as for every other Kafka client. */
export function partitionOfKey(key: Uint8Array, partitionCount: number): number {
  return (murmur2(key) & 0x7fffffff) % partitionCount;
}

/**
 * Records without a key stay with one partition until that got `stickyBytes`, then move to another by chance: batches fill up, and all
 * partitions get the same over time (KIP-794). Partitions without a leader are passed over while others have one.
 */
export class StickyPartitioner {
  readonly #stickyBytes: number;
  readonly #random: Random;
  #partition = -1;
  #bytesLeft = 0;

  constructor(stickyBytes: number, random: Random) {
    this.#stickyBytes = stickyBytes;
    this.#random = random;
  }

  next(topic: TopicMetadata, recordBytes: number): number {
    if (this.#bytesLeft <= 0 || !topic.partitions.some((partition) => partition.partition === this.#partition)) {
      this.#partition = this.#choose(topic);
      this.#bytesLeft = this.#stickyBytes;
    }
    this.#bytesLeft -= recordBytes;
    return this.#partition;
  }

  #choose(topic: TopicMetadata): number {
    const led = topic.partitions.filter((partition) => partition.leader >= 0);
    const candidates = led.length > 0 ? led : topic.partitions;
    const others = candidates.filter((partition) => partition.partition !== this.#partition);
    const from = others.length > 0 ? others : candidates;
    return from[this.#random.integer(Math.max(from.length, 1))]?.partition ?? 0;
  }
}
