// `group.consumer.migration.policy`: which way a live group may change its protocol.

import type { GroupConfig } from '../group-context.ts';

type PolicyConfig = Pick<GroupConfig, 'group.consumer.migration.policy'>;

export function allowsUpgrade(config: PolicyConfig): boolean {
  return ['bidirectional', 'upgrade'].includes(policy(config));
}

export function allowsDowngrade(config: PolicyConfig): boolean {
  return ['bidirectional', 'downgrade'].includes(policy(config));
}

/** Members of the classic protocol may be in a consumer group. */
export function allowsClassicMembers(config: PolicyConfig): boolean {
  return policy(config) !== 'disabled';
}

function policy(config: PolicyConfig): string {
  return config['group.consumer.migration.policy'].toLowerCase();
}
