// `millrace users set`.

import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import { readPassword } from '../read-password.ts';
import { reportItems } from '../report-items.ts';
import { scramMechanism, scramMechanismOption } from '../scram-option.ts';
import { withAdmin } from '../with-admin.ts';

export const usersSet = command({
  name: 'set',
  summary: 'Make a user, or give one another password. The password is the first line of standard input.',
  details: 'The password itself does not leave this machine: brokers get what they need to check it.',
  positionals: [{ name: 'USER', doc: 'name of the user', required: true }],
  options: {
    ...scramMechanismOption,
    'password-file': { type: 'text', value: 'PATH', doc: 'the password is the first line of this file' },
    iterations: {
      type: 'number',
      value: 'N',
      doc: 'what a login, and a guess, costs',
      min: 4096,
      max: 16_384,
      default: 4096,
    },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [
    { command: 'millrace users set alice --password-file alice.secret', doc: 'alice, with SCRAM-SHA-512' },
    { command: 'openssl rand -hex 16 | tee alice.secret | millrace users set alice', doc: 'with a new password' },
  ],
  async run(context, options, [user = '']) {
    const mechanism = scramMechanism(options);
    const password = await readPassword(context, options['password-file']);
    const { iterations } = options;
    const altered = await withAdmin(context, options, (admin) =>
      admin.alterScramUsers([{ user, mechanism, password, iterations }], { signal: context.signal }),
    );
    const items = altered.map(({ error }) => ({
      fields: { user, mechanism, iterations },
      done: `set user ${user} with ${mechanism}`,
      error,
    }));
    reportItems(context, items, options.json);
  },
});
