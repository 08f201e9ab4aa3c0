// `millrace users list`.

import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { toJson } from '../output/json.ts';
import { renderTable } from '../output/table.ts';
import { withAdmin } from '../with-admin.ts';

export const usersList = command({
  name: 'list',
  summary: 'List the users that log in with a password (SCRAM).',
  options: { ...jsonOption, ...clientOptionTable },
  examples: [{ command: 'millrace users list', doc: 'who, and with which mechanism' }],
  async run(context, options) {
    const users = await withAdmin(context, options, (admin) =>
      admin.describeScramUsers(undefined, { signal: context.signal }),
    );
    const rows = users
      .flatMap(({ user, credentials }) =>
        credentials.map(({ mechanism, iterations }) => ({ user, mechanism, iterations })),
      )
      .sort((a, b) => a.user.localeCompare(b.user) || a.mechanism.localeCompare(b.mechanism));
    if (options.json) {
      context.stdout.write(`${toJson(rows, 2)}\n`);
    } else if (rows.length === 0) {
      context.stderr.write('There are no users yet. Make one: millrace users set NAME\n');
    } else {
      const cells = rows.map(({ user, mechanism, iterations }) => [user, mechanism, iterations]);
      context.stdout.write(renderTable(COLUMNS, cells, context.stdout));
    }
  },
});

const COLUMNS = [{ title: 'USER' }, { title: 'MECHANISM' }, { title: 'ITERATIONS', align: 'right' }] as const;
