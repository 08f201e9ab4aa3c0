// Passwords come from files and pipes: what stands in a command line is seen by everybody on the machine, and kept by shells.

import { createReadStream } from 'node:fs';
import type { CommandContext } from './context.ts';
import { readLines } from './lines.ts';
import { UsageError } from './usage-error.ts';

const MAX_PASSWORD_BYTES = 1024;

/** The first line of the file, or of standard input. */
export async function readPassword({ stdin }: CommandContext, path: string | undefined): Promise<string> {
  if (path === undefined && stdin.isTTY)
    throw new UsageError('Say the password by a pipe or with --password-file: typed here it would be seen');
  const line = await firstLine(path === undefined ? stdin : createReadStream(path)).catch((error: unknown) => {
    throw new UsageError(`Cannot read the password: ${error instanceof Error ? error.message : error}`);
  });
  if (line === '') throw new UsageError(`${path ?? 'Standard input'} has no password in its first line`);
  return line;
}

async function firstLine(source: AsyncIterable<Buffer | string>): Promise<string> {
  for await (const [line] of readLines(source, MAX_PASSWORD_BYTES)) return String(line);
  return '';
}
