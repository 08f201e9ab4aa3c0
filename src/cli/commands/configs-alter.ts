// `millrace configs alter`.

import { type ConfigChange, resourceName } from '../../client/index.ts';
import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { readResources, resourceOptionTable } from '../config-resources.ts';
import { reportItems } from '../report-items.ts';
import { parseSettings } from '../settings.ts';
import { UsageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

export const configsAlter = command({
  name: 'alter',
  summary: 'Change settings. Those that are not named stay as they are.',
  options: {
    ...resourceOptionTable,
    set: { type: 'text', value: 'NAME=VALUE', short: 's', doc: 'set it', multiple: true },
    delete: { type: 'text', value: 'NAME', short: 'd', doc: 'back to the default', multiple: true },
    append: { type: 'text', value: 'NAME=VALUE', doc: 'add to a list', multiple: true },
    subtract: { type: 'text', value: 'NAME=VALUE', doc: 'take from a list', multiple: true },
    'dry-run': { type: 'flag', doc: 'let the broker check it, change nothing' },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [
    {
      command: 'millrace configs alter --topic orders --set retention.ms=86400000 --set cleanup.policy=compact',
      doc: 'set two',
    },
    { command: 'millrace configs alter --topic orders --delete retention.ms', doc: 'back to the default' },
  ],
  async run(context, options) {
    const resources = readResources(options);
    const withValue = (operation: 'set' | 'append' | 'subtract'): ConfigChange[] =>
      Object.entries(parseSettings(options[operation], operation)).map(([name, value]) => ({ name, operation, value }));
    const changes = [
      ...withValue('set'),
      ...withValue('append'),
      ...withValue('subtract'),
      ...options.delete.map((name): ConfigChange => ({ name, operation: 'delete', value: null })),
    ];
    if (changes.length === 0) throw new UsageError('Say what to change: --set, --delete, --append or --subtract');
    const altered = await withAdmin(context, options, (admin) =>
      admin.alterConfigs(
        resources.map((resource) => ({ resource, changes })),
        { validateOnly: options['dry-run'], signal: context.signal },
      ),
    );
    const verb = options['dry-run'] ? 'could change' : 'changed';
    const items = altered.map(({ resource, error }) => ({
      fields: { type: resource.type, name: resource.name },
      done: `${verb} ${changes.map(({ name }) => name).join(', ')} of ${resourceName(resource)}`,
      error,
    }));
    reportItems(context, items, options.json);
  },
});
