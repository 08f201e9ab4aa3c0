// The committed offsets of the groups of one partition, by group, topic and partition. What is kept is what was logged.

import type { OffsetCommitValue } from '../../../protocol/index.ts';

export interface CommittedOffset extends OffsetCommitValue {
  /** In the log: the newest commit counts, also among those whose transactions end later. */
  readonly position: bigint;
}

/** Empty maps are not kept at any level. */
export class CommittedOffsets {
  readonly #groups = new Map<string, Map<string, Map<number, CommittedOffset>>>();

  get(groupId: string, topic: string, partition: number): CommittedOffset | undefined {
    return this.#groups.get(groupId)?.get(topic)?.get(partition);
  }

  ofGroup(groupId: string): ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>> {
    return this.#groups.get(groupId) ?? NONE;
  }

  get groupIds(): Iterable<string> {
    return this.#groups.keys();
  }

  set(groupId: string, topic: string, partition: number, value: CommittedOffset): void {
    const topics = this.#groups.get(groupId) ?? new Map<string, Map<number, CommittedOffset>>();
    const partitions = topics.get(topic) ?? new Map<number, CommittedOffset>();
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

const NONE: ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>> = new Map();
