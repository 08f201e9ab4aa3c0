// `millrace groups list`.

import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { toJson } from '../output/json.ts';
import { renderTable } from '../output/table.ts';
import { withAdmin } from '../with-admin.ts';

export const groupsList = command({
  name: 'list',
  summary: 'List the groups of a cluster, of every kind.',
  options: {
    state: { type: 'text', value: 'STATE', doc: 'only groups in this state: Stable, Empty, Dead ...', multiple: true },
    type: {
      type: 'text',
      value: 'TYPE',
      doc: 'only groups of this type: Classic, Consumer, Share, Streams',
      multiple: true,
    },
    names: { type: 'flag', short: 'q', doc: 'names only, one a line' },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [
    { command: 'millrace groups list', doc: 'all' },
    { command: 'millrace groups list --state Empty --names', doc: 'those that nobody reads for' },
  ],
  async run(context, options) {
    const groups = await withAdmin(context, options, (admin) =>
      admin.listGroups({ states: options.state, types: options.type, signal: context.signal }),
    );
    if (options.json) {
      context.stdout.write(`${toJson(groups, 2)}\n`);
    } else if (options.names) {
      for (const { groupId } of groups) context.stdout.write(`${groupId}\n`);
    } else if (groups.length === 0) {
      context.stderr.write('There are no such groups.\n');
    } else {
      const rows = groups.map(({ groupId, type, protocolType, state }) => [groupId, type, protocolType, state]);
      context.stdout.write(renderTable(COLUMNS, rows, context.stdout));
    }
  },
});

const COLUMNS = [{ title: 'GROUP' }, { title: 'TYPE' }, { title: 'PROTOCOL' }, { title: 'STATE' }];
