// Time as a contract: everything that waits or reads a clock gets one of these, so that a test or a simulation owns time.

/** A pending timer. Cancelling it twice, or after it fired, is harmless. */
export interface Timer {
  cancel(): void;
}

/** Wall time for what people and records see, monotonic time for durations, and timers. All in milliseconds. */
export interface Clock {
  /** Milliseconds since 1970 (UTC). It may jump in both directions. */
  now(): number;
  /** Milliseconds since an arbitrary start, with fractions. It never goes back. */
  monotonic(): number;
  /** Milliseconds that this thread was at work instead of waiting, since an arbitrary start. */
  active(): number;
  /** Calls `callback` once, `delayMs` from now at the earliest. Timers do not keep a process alive, unless the clock says so. */
  schedule(delayMs: number, callback: () => void): Timer;
}

/** Resolves after `delayMs`, or rejects with the signal's reason when it is aborted first. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = clock.schedule(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
