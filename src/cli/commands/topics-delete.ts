// `millrace topics delete`.

import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { reportItems } from '../report-items.ts';
import { withAdmin } from '../with-admin.ts';

export const topicsDelete = command({
  name: 'delete',
  summary: 'Delete topics with all their data. There is no way back.',
  positionals: [{ name: 'TOPIC', doc: 'names of the topics', required: true, multiple: true }],
  options: {
    'if-exists': { type: 'flag', doc: 'topics that are not there are no error' },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [{ command: 'millrace topics delete orders clicks', doc: 'two topics' }],
  async run(context, options, names) {
    const deleted = await withAdmin(context, options, (admin) => admin.deleteTopics(names, { signal: context.signal }));
    const items = deleted.map(({ name, error }) => {
      const isMissing = error?.code === 'UNKNOWN_TOPIC_OR_PARTITION' && options['if-exists'];
      return {
        fields: { name },
        done: isMissing ? `there is no topic ${name}` : `deleted topic ${name}`,
        error: isMissing ? undefined : error,
      };
    });
    reportItems(context, items, options.json);
  },
});
