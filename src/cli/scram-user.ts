// `--add-scram`, as Kafka's tool for storage writes it: `SCRAM-SHA-512=[name=alice,password=alice-secret,iterations=8192]`.

import type { ScramUserChange } from '../client/index.ts';
import { UsageError } from './usage-error.ts';

const FORM = /^(SCRAM-SHA-256|SCRAM-SHA-512)=\[(.*)\]$/;
const FIELDS = ['name', 'password', 'iterations'];

/** A password may have any characters but `,` and `]`; it may stand in double quotes. */
export function parseScramUser(text: string): ScramUserChange {
  const [, mechanism, list] = FORM.exec(text) ?? [];
  if (mechanism === undefined || list === undefined)
    throw new UsageError('--add-scram takes SCRAM-SHA-512=[name=NAME,password=PASSWORD], or SCRAM-SHA-256 like that');
  const fields = new Map(list.split(',').map((field) => splitField(field)));
  for (const name of fields.keys())
    if (!FIELDS.includes(name))
      throw new UsageError(`--add-scram does not know ${name}: there are ${FIELDS.join(', ')}`);
  const user = fields.get('name');
  const password = fields.get('password');
  if (!user || !password) throw new UsageError('--add-scram needs a name and a password');
  const iterations = fields.get('iterations');
  if (iterations !== undefined && !/^\d+$/.test(iterations))
    throw new UsageError(`--add-scram: iterations is a number, not ${iterations}`);
  return {
    user,
    password,
    mechanism: mechanism === 'SCRAM-SHA-256' ? mechanism : 'SCRAM-SHA-512',
    iterations: iterations === undefined ? undefined : Number(iterations),
  };
}

function splitField(field: string): [name: string, value: string] {
  const end = field.indexOf('=');
  const value = field.slice(end + 1).trim();
  return [field.slice(0, Math.max(end, 0)).trim(), /^".*"$/.test(value) ? value.slice(1, -1) : value];
}
