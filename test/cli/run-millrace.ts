// Runs bin/millrace as a user does.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const MILLRACE = fileURLToPath(new URL('../../bin/millrace', import.meta.url));
const TIMEOUT_MS = 60_000;

export interface Run {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly bootstrap?: string;
}

/** Resolves when the command has ended, however it did. */
export async function millrace(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const env = {
    ...process.env,
    ...(options.bootstrap === undefined ? {} : { MILLRACE_BOOTSTRAP_SERVER: options.bootstrap }),
  };
  const child = spawn(MILLRACE, args, { env, stdio: 'pipe', timeout: TIMEOUT_MS });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A command that ends before it has read all of its input is no failure of the test.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const [exitCode] = await once(child, 'close');
  return { exitCode, stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') };
}

/** The words of each line of a table, its heading left out. */
export function tableRows(text: string): string[][] {
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
}
