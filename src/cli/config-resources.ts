// Whose settings `configs` shows and changes.

import type { Admin, ConfigResource } from '../client/index.ts';
import type { OptionTable, OptionValues } from './command.ts';
import { UsageError } from './usage-error.ts';

export const resourceOptionTable = {
  topic: { type: 'text', value: 'NAME', short: 't', doc: 'settings of this topic', multiple: true },
  broker: { type: 'text', value: 'ID', doc: 'settings of this broker', multiple: true },
  'broker-defaults': { type: 'flag', doc: 'settings that all brokers take at runtime' },
  'broker-logger': { type: 'text', value: 'ID', doc: 'log levels of this broker', multiple: true },
  group: { type: 'text', value: 'NAME', short: 'g', doc: 'settings of this group', multiple: true },
} as const satisfies OptionTable;

export function readResources(options: OptionValues<typeof resourceOptionTable>): ConfigResource[] {
  for (const id of [...options.broker, ...options['broker-logger']]) {
    if (!/^\d+$/.test(id)) throw new UsageError(`A broker is named by its id, a number, not ${id}`);
  }
  const resources: ConfigResource[] = [
    ...options.topic.map((name) => ({ type: 'topic', name }) as const),
    ...options.broker.map((name) => ({ type: 'broker', name }) as const),
    ...(options['broker-defaults'] ? [{ type: 'broker', name: '' } as const] : []),
    ...options['broker-logger'].map((name) => ({ type: 'broker-logger', name }) as const),
    ...options.group.map((name) => ({ type: 'group', name }) as const),
  ];
  if (resources.length === 0)
    throw new UsageError('Say whose settings: --topic, --broker, --broker-defaults, --broker-logger or --group');
  return resources;
}

/** Brokers describe the settings of topics that do not exist as if they did; a person wants to know. */
export async function requireTopics(
  admin: Admin,
  resources: readonly ConfigResource[],
  signal: AbortSignal,
): Promise<void> {
  const names = resources.filter(({ type }) => type === 'topic').map(({ name }) => name);
  const failed = (await admin.describeTopics(names, { signal })).find(({ error }) => error);
  if (failed?.error) throw failed.error;
}
