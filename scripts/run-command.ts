// Runs other programs for the scripts of this folder.

import { type SpawnOptions, spawn } from 'node:child_process';
import { join } from 'node:path';

/** The root of the project. */
export const ROOT = join(import.meta.dirname, '..');

export interface CommandResult {
  /** The exit code; 1 when a signal ended the program. */
  readonly code: number;
  /** What it wrote to standard output and standard error, in the order of arrival. */
  readonly output: string;
  readonly seconds: number;
}

export interface CommandOptions {
  /** Where it runs. Default: the root of the project. */
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Also write the output to our own standard output while it comes. Default false. */
  readonly isShown?: boolean;
  /** Ends the program when it is aborted. */
  readonly signal?: AbortSignal;
  /** Ends the program when it takes longer. Default: no limit. */
  readonly withinMs?: number;
}

/** Runs a program to its end. Rejects only when it cannot be started. */
export function runCommand(
  command: string,
  parameters: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const start = performance.now();
  const spawnOptions: SpawnOptions = {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.signal && { signal: options.signal }),
    ...(options.withinMs !== undefined && { timeout: options.withinMs }),
  };
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, spawnOptions);
    const chunks: Buffer[] = [];
    const take = (chunk: Buffer) => {
      chunks.push(chunk);
      if (options.isShown) process.stdout.write(chunk);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.on('error', reject);
    child.on('close', (code, endedBy) => {
      if (endedBy) take(Buffer.from(`\nended by ${endedBy}\n`));
      resolve({
        code: code ?? 1,
        output: Buffer.concat(chunks).toString(),
        seconds: (performance.now() - start) / 1000,
      });
    });
  });
}

/** A program that npm installed with the project. */
export function installed(name: string): string {
  return join(ROOT, 'node_modules', '.bin', name);
}
