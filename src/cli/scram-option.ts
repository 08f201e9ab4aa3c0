// How users log in whom the brokers know by a password.

import type { ScramMechanismName } from '../client/index.ts';
import type { OptionTable, OptionValues } from './command.ts';

export const scramMechanismOption = {
  mechanism: {
    type: 'text',
    value: 'MECHANISM',
    short: 'm',
    doc: 'how the user logs in: SCRAM-SHA-256 or SCRAM-SHA-512',
    choices: ['SCRAM-SHA-256', 'SCRAM-SHA-512'],
    default: 'SCRAM-SHA-512',
  },
} as const satisfies OptionTable;

export function scramMechanism({ mechanism }: OptionValues<typeof scramMechanismOption>): ScramMechanismName {
  return mechanism === 'SCRAM-SHA-256' ? 'SCRAM-SHA-256' : 'SCRAM-SHA-512';
}
