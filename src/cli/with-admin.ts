// Gives a command an Admin of the cluster that its options name, and closes it.

import { Admin } from '../client/index.ts';
import { clientOptions, type clientOptionTable } from './client-options.ts';
import type { OptionValues } from './command.ts';
import type { CommandContext } from './context.ts';

export async function withAdmin<T>(
  context: CommandContext,
  options: OptionValues<typeof clientOptionTable>,
  use: (admin: Admin) => Promise<T>,
): Promise<T> {
  await using admin = new Admin(await clientOptions(context, options));
  return await use(admin);
}
