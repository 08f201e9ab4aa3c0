// How long to wait before trying again: twice as long each time up to a limit, with jitter so that clients do not come back together.

import { type Clock, type Random, sleep } from '../platform/index.ts';
import { isRetriable, TimeoutError } from './errors.ts';

export interface BackoffSettings {
  /** Wait before the second attempt, ms. */
  readonly initialMs: number;
  /** Longest wait, ms, before jitter. */
  readonly maxMs: number;
}

const JITTER = 0.2;

/** Milliseconds to wait after `failures` attempts that failed (1 or more), 20 % more or less by chance. */
export function backoffMs(settings: BackoffSettings, failures: number, random: Random): number {
  const exact = Math.min(settings.initialMs * 2 ** (failures - 1), settings.maxMs);
  const chance = random.integer(2001) / 1000 - 1;
  return exact * (1 + chance * JITTER);
}

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly backoff: BackoffSettings;
  /** All attempts together, ms. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** What is tried, for the error: `list topics`. */
  readonly what: string;
}

/** Repeats `attempt` while it fails with a retriable error and time is left; then `TimeoutError` with the last failure as cause. */
export async function withRetries<T>(options: RetryOptions, attempt: (remainingMs: number) => Promise<T>): Promise<T> {
  const { clock, random, backoff, timeoutMs, signal, what } = options;
  const deadline = clock.monotonic() + timeoutMs;
  for (let failures = 1; ; failures++) {
    signal?.throwIfAborted();
    try {
      return await attempt(Math.max(deadline - clock.monotonic(), 1));
    } catch (error) {
      if (!isRetriable(error)) throw error;
      const waitMs = backoffMs(backoff, failures, random);
      if (clock.monotonic() + waitMs >= deadline) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new TimeoutError(`Cannot ${what} within ${Math.round(timeoutMs)} ms: ${reason}`, { cause: error });
      }
      await sleep(clock, waitMs, signal);
    }
  }
}
