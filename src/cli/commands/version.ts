// `millrace --version`.

import { readFileSync } from 'node:fs';
import type { CommandContext } from '../context.ts';

export function printVersion(context: CommandContext): void {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  );
  context.stdout.write(`millrace ${manifest.version} (Node ${process.versions.node})\n`);
}
