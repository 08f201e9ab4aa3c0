// The metadata's topics as groups look at them.

import type { GroupTopic, GroupTopics } from '../coordinator/index.ts';
import type { MetadataImage, TopicImage } from '../metadata/index.ts';

export function groupTopics(image: MetadataImage): GroupTopics {
  return {
    version: image.endOffset,
    byName: (name) => groupTopic(image.topics.byName.get(name), image),
    byId: (topicId) => groupTopic(image.topics.byId.get(topicId), image),
    names: () => image.topics.byName.keys(),
  };
}

function groupTopic(topic: TopicImage | undefined, { brokers }: MetadataImage): GroupTopic | undefined {
  if (topic === undefined) return undefined;
  const { name, topicId, partitions } = topic;
  return {
    name,
    topicId,
    partitionCount: partitions.length,
    racks: (partition) => {
      const racks = (partitions[partition]?.replicas ?? []).map((replica) => brokers.byId.get(replica)?.rack ?? null);
      return racks.filter((rack) => rack !== null);
    },
  };
}
