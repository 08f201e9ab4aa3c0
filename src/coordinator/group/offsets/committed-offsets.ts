// The committed offsets of the groups of one partition, by group, topic and partition. What is kept is what was logged.

import type { OffsetCommitValue } from '../../../protocol/index.ts';

/** Empty maps are not kept at any level. */
export class CommittedOffsets {
  readonly #groups = new Map<string, Map<string, Map<number, OffsetCommitValue>>>();

  get(groupId: string, topic: string, partition: number): OffsetCommitValue | undefined {
    return this.#groups.get(groupId)?.get(topic)?.get(partition);
  }

  ofGroup(groupId: string): ReadonlyMap<string, ReadonlyMap<number, OffsetCommitValue>> {
    return this.#groups.get(groupId) ?? NONE;
  }

  get groupIds(): Iterable<string> {
    return this.#groups.keys();
  }

  set(groupId: string, topic: string, partition: number, value: OffsetCommitValue): void {
    const topics = this.#groups.get(groupId) ?? new Map<string, Map<number, OffsetCommitValue>>();
    const partitions = topics.get(topic) ?? new Map<number, OffsetCommitValue>();
    this.#groups.set(groupId, topics);
    topics.set(topic, partitions);
    partitions.set(partition, value);
  }

  delete(groupId: string, topic: string, partition: number): void {
    const topics = this.#groups.get(groupId);
    const partitions = topics?.get(topic);
    if (topics === undefined || partitions === undefined) return;
    partitions.delete(partition);
    if (partitions.size === 0) topics.delete(topic);
    if (topics.size === 0) this.#groups.delete(groupId);
  }
}

const NONE: ReadonlyMap<string, ReadonlyMap<number, OffsetCommitValue>> = new Map();
