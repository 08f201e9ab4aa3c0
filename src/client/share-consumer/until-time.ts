// Waiting with a limit.

import type { Clock } from '../../platform/index.ts';

/** Resolves with the event, at the time (monotonic ms; infinity for none), or when the signal is aborted: whichever comes first. */
export async function untilTime(
  clock: Clock,
  timeMs: number,
  event: Promise<void> | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  if (signal?.aborted) return;
  const waitMs = Math.max(timeMs - clock.monotonic(), 0);
  const timer = waitMs === Number.POSITIVE_INFINITY ? undefined : clock.schedule(waitMs, resolve);
  const onAbort = () => resolve();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([ended, ...(event === undefined ? [] : [event])]);
  } finally {
    timer?.cancel();
    signal?.removeEventListener('abort', onAbort);
  }
}
