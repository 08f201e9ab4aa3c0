// Runs a program to its end.

import { spawn } from 'node:child_process';

const LIMIT_MS = 60_000;

export interface ProgramResult {
  /** Null where it took too long. */
  readonly code: number | null;
  /** Of both streams. */
  readonly output: string;
}

export async function runProgram(command: string, parameters: readonly string[], input = ''): Promise<ProgramResult> {
  const child = spawn(command, parameters, { timeout: LIMIT_MS, cwd: import.meta.dirname });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}
