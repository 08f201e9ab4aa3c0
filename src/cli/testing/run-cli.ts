// Runs a command line inside of a test: streams in memory, a scripted broker for the network, and a clock that stands still.

import { Readable, Writable } from 'node:stream';
import type { Platform } from '../../platform/index.ts';
import type { CommandContext } from '../context.ts';
import { runCommandLine } from '../run.ts';

export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly platform?: Platform;
  readonly signal?: AbortSignal;
}

export async function runCli(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const stdout = new TextStream();
  const stderr = new TextStream();
  const context: CommandContext = {
    stdin: Readable.from(options.input === undefined ? [] : [Buffer.from(options.input)]),
    stdout,
    stderr,
    env: options.env ?? {},
    platform: async () => {
      if (options.platform === undefined) throw new Error('This test gives the command no platform');
      return options.platform;
    },
    signal: options.signal ?? new AbortController().signal,
  };
  const exitCode = await runCommandLine(args, context);
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

class TextStream extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.text += chunk.toString('utf8');
    callback();
  }
}
