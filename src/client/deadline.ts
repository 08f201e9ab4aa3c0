// Waits that end with the caller's time, while what is waited for goes on.

import type { Clock } from '../platform/index.ts';
import { abortable } from './connection-pool.ts';

/** As the promise, or `too late` when `deadlineMs` (monotonic) comes first. Aborting the signal rejects with its reason. */
export async function untilDeadline<T>(
  clock: Clock,
  promise: Promise<T>,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<T | 'too late'> {
  const { promise: tooLate, resolve } = Promise.withResolvers<'too late'>();
  const timer = clock.schedule(Math.max(deadlineMs - clock.monotonic(), 0), () => resolve('too late'));
  try {
    const first = Promise.race([promise, tooLate]);
    return await abortable(first, signal);
  } finally {
    timer.cancel();
  }
}
