// Long polling: waits until one of several partitions moved, those that were being loaded are, a time has passed, or the client is gone.

import type { Clock } from '../../platform/index.ts';
import type { Partition } from '../../storage/index.ts';

/** Resolves true when one of the partitions advanced or all of `loading` have ended, false after `maxWaitMs` or when the signal is aborted. */
export function awaitAdvance(
  partitions: readonly Partition[],
  loading: readonly Promise<Partition>[],
  maxWaitMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (hasAdvanced: boolean) => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      for (const stopWatching of watches) stopWatching();
      resolve(hasAdvanced);
    };
    const onAbort = () => finish(false);
    const timer = clock.schedule(maxWaitMs, () => finish(false));
    const watches = partitions.map((partition) => partition.watch(() => finish(true)));
    // Not each alone: thousands may be loaded after a start.
    if (loading.length > 0) void Promise.allSettled(loading).then(() => finish(true));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) finish(false);
  });
}
