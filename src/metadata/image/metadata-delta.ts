// What is different between two images. Made by comparing them, which costs only what they do not share, so that any two can be compared:
// neighbours, two with many changes between them, or the ones before and after a reload.

import { type ConfigResource, resourceOfKey } from '../config-resource.ts';
import type { MetadataImage } from './metadata-image.ts';
import type { TopicImage } from './topics-image.ts';

export interface MetadataDelta {
  readonly createdTopics: readonly TopicImage[];
  readonly changedTopics: readonly { readonly before: TopicImage; readonly after: TopicImage }[];
  /** A topic that was deleted and created again is in both: another id is another topic. */
  readonly deletedTopics: readonly TopicImage[];
  /** Resources whose settings changed, those of deleted topics among them. */
  readonly changedConfigs: readonly ConfigResource[];
  readonly hasChangedFeatures: boolean;
  readonly hasChangedBrokers: boolean;
}

export function compareImages(before: MetadataImage, after: MetadataImage): MetadataDelta {
  const createdTopics: TopicImage[] = [];
  const changedTopics: { before: TopicImage; after: TopicImage }[] = [];
  const deletedTopics: TopicImage[] = [];
  for (const topic of before.topics.byId.differences(after.topics.byId)) {
    if (topic.before === undefined) {
      if (topic.after !== undefined) createdTopics.push(topic.after);
    } else if (topic.after === undefined) deletedTopics.push(topic.before);
    else changedTopics.push({ before: topic.before, after: topic.after });
  }
  return {
    createdTopics,
    changedTopics,
    deletedTopics,
    changedConfigs: before.configs.byResource
      .differences(after.configs.byResource)
      .map(({ key }) => resourceOfKey(key)),
    hasChangedFeatures: before.features !== after.features,
    hasChangedBrokers: before.brokers !== after.brokers,
  };
}
