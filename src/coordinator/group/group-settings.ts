// The settings of one group: its own, as GROUP configs have them, or the broker's.

import type { GroupContext } from './group-context.ts';

/** A group's own setting keeps within the broker's bounds, which may have become narrower since it was set. */
export function groupSetting(
  { config, groupConfig }: GroupContext,
  groupId: string,
  kind: 'consumer',
  name: 'session.timeout.ms' | 'heartbeat.interval.ms' | 'assignment.interval.ms',
): number {
  const own = groupConfig(groupId)[`${kind}.${name}`];
  if (own === undefined) return config[`group.${kind}.${name}`];
  return Math.min(Math.max(Number(own), config[`group.${kind}.min.${name}`]), config[`group.${kind}.max.${name}`]);
}
