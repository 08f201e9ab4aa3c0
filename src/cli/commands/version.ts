// `millrace --version`.

import packageJson from '../../../package.json' with { type: 'json' };
import type { CommandContext } from '../context.ts';

export function printVersion(context: CommandContext): void {
  context.stdout.write(`millrace ${packageJson.version} (Node ${process.versions.node})\n`);
}
