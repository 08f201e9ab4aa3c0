// What a command gets from the process around it, so that a test can be the process.

import type { Readable, Writable } from 'node:stream';
import type { Platform } from '../platform/index.ts';

export interface OutputStream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface CommandContext {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Made when first used: a command that needs no broker loads no network. */
  platform(): Promise<Platform>;
  /** Aborted by Ctrl-C, SIGTERM, or when nobody reads the output any more; its reason is a `StopRequest`. */
  readonly signal: AbortSignal;
}

/** Why a command was asked to stop. */
export class StopRequest extends Error {
  override readonly name = 'StopRequest';
  readonly source: 'SIGINT' | 'SIGTERM' | 'closed output';

  constructor(source: 'SIGINT' | 'SIGTERM' | 'closed output') {
    super(`stopped by ${source}`);
    this.source = source;
  }
}
