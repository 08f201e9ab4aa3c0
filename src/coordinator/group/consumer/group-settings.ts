// The settings of one consumer group: its own, as GROUP configs have them, or the broker's.

import type { GroupContext } from '../group-context.ts';

export interface GroupSettings {
  readonly 'consumer.session.timeout.ms': number;
  readonly 'consumer.heartbeat.interval.ms': number;
  readonly 'consumer.assignment.interval.ms': number;
}

export function groupSettings(context: GroupContext, groupId: string): GroupSettings {
  const { config } = context;
  const own = context.groupConfig(groupId);
  // A group's own setting keeps within the broker's bounds, which may have become narrower since it was set.
  const setting = (name: keyof GroupSettings, standard: number, min: number, max: number) => {
    const text = own[name];
    return text === undefined ? standard : Math.min(Math.max(Number(text), min), max);
  };
  return {
    'consumer.session.timeout.ms': setting(
      'consumer.session.timeout.ms',
      config['group.consumer.session.timeout.ms'],
      config['group.consumer.min.session.timeout.ms'],
      config['group.consumer.max.session.timeout.ms'],
    ),
    'consumer.heartbeat.interval.ms': setting(
      'consumer.heartbeat.interval.ms',
      config['group.consumer.heartbeat.interval.ms'],
      config['group.consumer.min.heartbeat.interval.ms'],
      config['group.consumer.max.heartbeat.interval.ms'],
    ),
    'consumer.assignment.interval.ms': setting(
      'consumer.assignment.interval.ms',
      config['group.consumer.assignment.interval.ms'],
      config['group.consumer.min.assignment.interval.ms'],
      config['group.consumer.max.assignment.interval.ms'],
    ),
  };
}
