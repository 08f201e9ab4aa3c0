// Writes to standard output no faster than it is read.

import { once } from 'node:events';
import type { CommandContext } from '../context.ts';

/** Resolves when more can be written. Rejects with the reason of the context's signal when nobody reads any more. */
export async function writeOut(context: CommandContext, chunks: readonly Buffer[]): Promise<void> {
  context.signal.throwIfAborted();
  if (context.stdout.write(Buffer.concat(chunks))) return;
  try {
    await once(context.stdout, 'drain', { signal: context.signal });
  } catch (error) {
    context.signal.throwIfAborted();
    throw error;
  }
}
