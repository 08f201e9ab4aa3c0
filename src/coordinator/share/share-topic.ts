// The internal topic that keeps the state of share partitions.

import type { ShareCoordinatorConfig } from './share-coordinator-config.ts';

export const SHARE_TOPIC = '__share_group_state';

/** The settings that the topic is created with. Records are deleted by the coordinator, when all state lies behind them. */
export function shareTopicConfigs(config: ShareCoordinatorConfig): Readonly<Record<string, string>> {
  return {
    'cleanup.policy': 'delete',
    'compression.type': 'producer',
    'segment.bytes': String(config['share.coordinator.state.topic.segment.bytes']),
    'min.insync.replicas': String(config['share.coordinator.state.topic.min.isr']),
    'retention.ms': '-1',
  };
}
