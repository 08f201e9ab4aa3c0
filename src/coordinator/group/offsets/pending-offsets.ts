// Offsets that open transactions have committed: they count once their transaction is committed, and never if it is aborted. Until
// then a reader who asks for stable offsets is told to come back.

import type { OffsetCommitValue } from '../../../protocol/index.ts';

export interface PendingOffset {
  readonly groupId: string;
  readonly topic: string;
  readonly partition: number;
  readonly value: OffsetCommitValue;
  /** In the log, by which it is older or newer than what was committed without a transaction. */
  readonly position: bigint;
}

interface PendingPartition {
  readonly topic: string;
  readonly partition: number;
  readonly producerIds: Set<bigint>;
}

/** Empty maps are not kept. */
export class PendingOffsets {
  readonly #producers = new Map<bigint, Map<string, PendingOffset>>();
  readonly #groups = new Map<string, Map<string, PendingPartition>>();

  add(producerId: bigint, pending: PendingOffset): void {
    const { groupId, topic, partition } = pending;
    const offsets = this.#producers.get(producerId) ?? new Map<string, PendingOffset>();
    this.#producers.set(producerId, offsets.set(offsetKey(groupId, topic, partition), pending));
    const partitions = this.#groups.get(groupId) ?? new Map<string, PendingPartition>();
    this.#groups.set(groupId, partitions);
    const key = partitionKey(topic, partition);
    const entry = partitions.get(key) ?? { topic, partition, producerIds: new Set() };
    entry.producerIds.add(producerId);
    partitions.set(key, entry);
  }

  /** What the producer's transaction has committed, which is none of an open transaction any more. */
  take(producerId: bigint): PendingOffset[] {
    const offsets = [...(this.#producers.get(producerId)?.values() ?? [])];
    this.#producers.delete(producerId);
    for (const { groupId, topic, partition } of offsets) this.#forget(groupId, topic, partition, producerId);
    return offsets;
  }

  /** The offset was deleted: no open transaction brings it back. */
  delete(groupId: string, topic: string, partition: number): void {
    const entry = this.#groups.get(groupId)?.get(partitionKey(topic, partition));
    for (const producerId of [...(entry?.producerIds ?? [])]) {
      const offsets = this.#producers.get(producerId);
      offsets?.delete(offsetKey(groupId, topic, partition));
      if (offsets?.size === 0) this.#producers.delete(producerId);
      this.#forget(groupId, topic, partition, producerId);
    }
  }

  has(groupId: string, topic: string, partition: number): boolean {
    return this.#groups.get(groupId)?.has(partitionKey(topic, partition)) ?? false;
  }

  hasGroup(groupId: string): boolean {
    return this.#groups.has(groupId);
  }

  ofGroup(groupId: string): Iterable<Pick<PendingOffset, 'topic' | 'partition'>> {
    return this.#groups.get(groupId)?.values() ?? [];
  }

  *all(): Iterable<PendingOffset> {
    for (const offsets of this.#producers.values()) yield* offsets.values();
  }

  #forget(groupId: string, topic: string, partition: number, producerId: bigint): void {
    const partitions = this.#groups.get(groupId);
    const key = partitionKey(topic, partition);
    const producerIds = partitions?.get(key)?.producerIds;
    if (partitions === undefined || producerIds === undefined) return;
    producerIds.delete(producerId);
    if (producerIds.size === 0) partitions.delete(key);
    if (partitions.size === 0) this.#groups.delete(groupId);
  }
}

function partitionKey(topic: string, partition: number): string {
  return `${partition}:${topic}`;
}

function offsetKey(groupId: string, topic: string, partition: number): string {
  // The length keeps a group's name apart from what follows it.
  return `${groupId.length}:${groupId}${partitionKey(topic, partition)}`;
}
