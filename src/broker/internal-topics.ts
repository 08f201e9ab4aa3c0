// The topics in which coordinators keep their state, as they are made when they are first needed.

import {
  GROUP_TOPIC,
  type GroupConfig,
  groupTopicConfigs,
  SHARE_TOPIC,
  type ShareCoordinatorConfig,
  shareTopicConfigs,
  TRANSACTION_TOPIC,
  type TransactionConfig,
  transactionTopicConfigs,
} from '../coordinator/index.ts';
import type { InternalTopicSpec } from './topic-creation.ts';

export function internalTopics(
  config: GroupConfig & TransactionConfig & ShareCoordinatorConfig,
): ReadonlyMap<string, InternalTopicSpec> {
  return new Map([
    [GROUP_TOPIC, { partitions: config['offsets.topic.num.partitions'], configs: groupTopicConfigs(config) }],
    [
      TRANSACTION_TOPIC,
      { partitions: config['transaction.state.log.num.partitions'], configs: transactionTopicConfigs(config) },
    ],
    [
      SHARE_TOPIC,
      { partitions: config['share.coordinator.state.topic.num.partitions'], configs: shareTopicConfigs(config) },
    ],
  ]);
}
