// `millrace users delete`.

import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { reportItems } from '../report-items.ts';
import { scramMechanism, scramMechanismOption } from '../scram-option.ts';
import { withAdmin } from '../with-admin.ts';

export const usersDelete = command({
  name: 'delete',
  summary: 'Take the passwords of users away: they cannot log in with this mechanism any more.',
  positionals: [{ name: 'USER', doc: 'names of users', required: true, multiple: true }],
  options: { ...scramMechanismOption, ...jsonOption, ...clientOptionTable },
  examples: [{ command: 'millrace users delete alice', doc: 'one user' }],
  async run(context, options, users) {
    const mechanism = scramMechanism(options);
    const altered = await withAdmin(context, options, (admin) =>
      admin.alterScramUsers(
        users.map((user) => ({ user, mechanism })),
        { signal: context.signal },
      ),
    );
    const items = altered.map(({ user, error }) => ({
      fields: { user, mechanism },
      done: `deleted user ${user} with ${mechanism}`,
      error,
    }));
    reportItems(context, items, options.json);
  },
});
