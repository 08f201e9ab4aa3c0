// Gives back what the start has left behind, so that an idle broker stays small: V8 by itself keeps the heap at the size that loading needed.
// Watched by bench/start-and-idle.ts.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** One full garbage collection; a few milliseconds for the heap of a start. */
export function trimHeap(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collect === 'function') collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
