// Finds the folder of oracles that lies beside the project.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT } from './run-command.ts';

/** The shared folder: `MILLRACE_SHARED`, or `../shared`. Undefined without one. */
export function findSharedFolder(): string | undefined {
  const folder = resolve(ROOT, process.env.MILLRACE_SHARED ?? join('..', 'shared'));
  return existsSync(join(folder, 'oracles')) ? folder : undefined;
}
