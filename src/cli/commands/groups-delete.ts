// `millrace groups delete`.

import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { reportItems } from '../report-items.ts';
import { withAdmin } from '../with-admin.ts';

export const groupsDelete = command({
  name: 'delete',
  summary: 'Delete groups that have no members, with everything that they have committed.',
  positionals: [{ name: 'GROUP', doc: 'names of groups', required: true, multiple: true }],
  options: { ...jsonOption, ...clientOptionTable },
  examples: [{ command: 'millrace groups delete billing', doc: 'one group' }],
  async run(context, options, names) {
    const deleted = await withAdmin(context, options, (admin) => admin.deleteGroups(names, { signal: context.signal }));
    const items = deleted.map(({ groupId, error }) => ({
      fields: { groupId },
      done: `deleted group ${groupId}`,
      error,
    }));
    reportItems(context, items, options.json);
  },
});
