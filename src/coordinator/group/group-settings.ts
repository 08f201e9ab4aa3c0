// The settings of one group: its own, as GROUP configs have them, or the broker's. A group's own setting keeps within the broker's bounds,
// which may have become narrower since it was set.

import type { GroupContext } from './group-context.ts';

/** Settings that consumer and streams groups have alike. */
export function groupSetting(
  { config, groupConfig }: GroupContext,
  groupId: string,
  kind: 'consumer' | 'streams' | 'share',
  name: 'session.timeout.ms' | 'heartbeat.interval.ms' | 'assignment.interval.ms',
): number {
  const own = groupConfig(groupId)[`${kind}.${name}`];
  if (own === undefined) return config[`group.${kind}.${name}`];
  return Math.min(Math.max(Number(own), config[`group.${kind}.min.${name}`]), config[`group.${kind}.max.${name}`]);
}

/** Settings of streams groups alone. */
export function streamsSetting(
  { config, groupConfig }: GroupContext,
  groupId: string,
  name: 'num.standby.replicas' | 'initial.rebalance.delay.ms',
): number {
  const own = groupConfig(groupId)[`streams.${name}`];
  if (own === undefined) return config[`group.streams.${name}`];
  return name === 'num.standby.replicas'
    ? Math.min(Number(own), config['group.streams.max.standby.replicas'])
    : Number(own);
}
