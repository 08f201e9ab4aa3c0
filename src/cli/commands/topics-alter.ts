// `millrace topics alter`.

import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { reportItems } from '../report-items.ts';
import { UsageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

export const topicsAlter = command({
  name: 'alter',
  summary: 'Add partitions to topics. Settings are changed by: millrace configs alter --topic NAME --set NAME=VALUE',
  details: 'Partitions cannot be taken away. With more of them a key may go to another partition than before.',
  positionals: [{ name: 'TOPIC', doc: 'names of the topics', required: true, multiple: true }],
  options: {
    partitions: { type: 'number', value: 'N', short: 'p', doc: 'how many each shall have in all', min: 1 },
    'dry-run': { type: 'flag', doc: 'let the broker check it, change nothing' },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [{ command: 'millrace topics alter orders --partitions 12', doc: 'twelve in all' }],
  async run(context, options, names) {
    const { partitions } = options;
    if (partitions === undefined) throw new UsageError('--partitions N is needed');
    const altered = await withAdmin(context, options, (admin) =>
      admin.createPartitions(
        names.map((topic) => ({ topic, totalCount: partitions })),
        { validateOnly: options['dry-run'], signal: context.signal },
      ),
    );
    const verb = options['dry-run'] ? 'could have' : 'has';
    const items = altered.map(({ topic, error }) => ({
      fields: { name: topic, partitions },
      done: `topic ${topic} ${verb} ${partitions} partitions now`,
      error,
    }));
    reportItems(context, items, options.json);
  },
});
