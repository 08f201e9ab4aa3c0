// The topics of the cluster and their partitions, by name and by id.

import { KafkaError } from '../../protocol/index.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import { collisionKey } from '../topic-name.ts';
import { changedPartition, type PartitionImage, partitionOf, partitionRecord } from './partition-image.ts';
import { PersistentMap } from './persistent-map.ts';

export interface TopicImage {
  readonly name: string;
  readonly topicId: string;
  /** By partition index, without gaps. */
  readonly partitions: readonly PartitionImage[];
}

export class TopicsImage {
  static readonly empty = new TopicsImage(PersistentMap.empty(), PersistentMap.empty(), PersistentMap.empty(), 0);

  readonly byName: PersistentMap<TopicImage>;
  readonly byId: PersistentMap<TopicImage>;
  /** The name that stands behind a collision key. */
  readonly #collisions: PersistentMap<string>;
  readonly partitionCount: number;

  private constructor(
    byName: PersistentMap<TopicImage>,
    byId: PersistentMap<TopicImage>,
    collisions: PersistentMap<string>,
    partitionCount: number,
  ) {
    this.byName = byName;
    this.byId = byId;
    this.#collisions = collisions;
    this.partitionCount = partitionCount;
  }

  partition(topic: string, index: number): PartitionImage | undefined {
    return this.byName.get(topic)?.partitions[index];
  }

  /** The existing topic that `name` could not be told apart from in metrics. */
  collidingTopic(name: string): string | undefined {
    const key = collisionKey(name);
    return key === undefined ? undefined : this.#collisions.get(key);
  }

  /** The image after the records, in their order; records of other aspects are passed over. */
  apply(records: Iterable<MetadataRecord>): TopicsImage {
    const draft = new TopicsDraft(this.byId);
    for (const record of records) draft.apply(record);
    let { byName, byId, partitionCount } = this;
    let collisions = this.#collisions;
    for (const [id, topic] of draft.changed) {
      const before = this.byId.get(id);
      partitionCount += (topic?.partitions.length ?? 0) - (before?.partitions.length ?? 0);
      if (topic === undefined) {
        if (before === undefined) continue;
        byId = byId.delete(id);
        if (byName.get(before.name)?.topicId === id) byName = byName.delete(before.name);
        const key = collisionKey(before.name);
        if (key !== undefined && collisions.get(key) === before.name) collisions = collisions.delete(key);
      } else {
        byId = byId.set(id, topic);
        byName = byName.set(topic.name, topic);
        const key = collisionKey(topic.name);
        if (key !== undefined) collisions = collisions.set(key, topic.name);
      }
    }
    return byId === this.byId ? this : new TopicsImage(byName, byId, collisions, partitionCount);
  }

  /** Records that make this image of an empty one. */
  *records(): Generator<MetadataRecord, void, undefined> {
    for (const topic of this.byId.values()) {
      yield { type: 'TopicRecord', value: { name: topic.name, topicId: topic.topicId } };
      for (const [index, partition] of topic.partitions.entries()) {
        yield { type: 'PartitionRecord', value: partitionRecord(topic.topicId, index, partition) };
      }
    }
  }
}

/** Collects the changes of a group of records, so that a topic of many partitions is built once and not once per partition. */
class TopicsDraft {
  /** By id; undefined for a topic that is gone. In the order in which the topics were first touched. */
  readonly changed = new Map<string, (TopicImage & { partitions: PartitionImage[] }) | undefined>();
  readonly #base: PersistentMap<TopicImage>;

  constructor(base: PersistentMap<TopicImage>) {
    this.#base = base;
  }

  apply(record: MetadataRecord): void {
    switch (record.type) {
      case 'TopicRecord':
        // Deleted and created again within one group: the later one must come later.
        this.changed.delete(record.value.topicId);
        this.changed.set(record.value.topicId, { ...record.value, partitions: [] });
        break;
      case 'RemoveTopicRecord':
        this.#topic(record.value.topicId);
        this.changed.set(record.value.topicId, undefined);
        break;
      case 'PartitionRecord': {
        const { topicId, partitionId } = record.value;
        const { partitions } = this.#topic(topicId);
        partitions[partitionId] = partitionOf(record.value, partitions[partitionId - 1]);
        break;
      }
      case 'PartitionChangeRecord': {
        const { partitions } = this.#topic(record.value.topicId);
        const partition = partitions[record.value.partitionId];
        if (partition === undefined)
          throw unknown(`partition ${record.value.partitionId} of topic`, record.value.topicId);
        partitions[record.value.partitionId] = changedPartition(partition, record.value);
        break;
      }
    }
  }

  #topic(topicId: string): { partitions: PartitionImage[] } {
    const draft = this.changed.get(topicId);
    if (draft !== undefined) return draft;
    const topic = this.changed.has(topicId) ? undefined : this.#base.get(topicId);
    if (topic === undefined) throw unknown('topic', topicId);
    const copy = { ...topic, partitions: [...topic.partitions] };
    this.changed.set(topicId, copy);
    return copy;
  }
}

function unknown(what: string, topicId: string): KafkaError {
  return new KafkaError('UNKNOWN_SERVER_ERROR', `Cannot apply a metadata record: there is no ${what} ${topicId}`);
}
