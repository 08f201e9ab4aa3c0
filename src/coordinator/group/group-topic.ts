// The internal topic that keeps groups and their offsets.

import type { GroupConfig } from './group-context.ts';

export const GROUP_TOPIC = '__consumer_offsets';

/** The settings that the topic is created with. Compression is the coordinator's choice, batch by batch. */
export function groupTopicConfigs(config: GroupConfig): Readonly<Record<string, string>> {
  return {
    'cleanup.policy': 'compact',
    'compression.type': 'producer',
    'segment.bytes': String(config['offsets.topic.segment.bytes']),
  };
}
