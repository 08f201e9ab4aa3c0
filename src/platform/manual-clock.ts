// A clock that stands still until a test moves it.

import type { Clock, Timer } from './clock.ts';

interface PendingTimer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** Timers run inside `advance`, in the order of their due times, and in the order of scheduling where those are equal. */
export class ManualClock implements Clock {
  /** What `active` tells: nothing takes time here, unless a test says so. */
  activeMs = 0;
  #monotonicMs = 0;
  #wallOffsetMs: number;
  // Sorted by due time, the next one last, so that taking it is a pop.
  readonly #pending: PendingTimer[] = [];

  /** Starts at `startMs` since 1970. */
  constructor(startMs = 1_700_000_000_000) {
    this.#wallOffsetMs = startMs;
  }

  now(): number {
    return this.#wallOffsetMs + this.#monotonicMs;
  }

  monotonic(): number {
    return this.#monotonicMs;
  }

  active(): number {
    return this.activeMs;
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const timer = { dueMs: this.#monotonicMs + Math.max(delayMs, 0), callback };
    this.#pending.splice(this.#insertionIndex(timer.dueMs), 0, timer);
    return {
      cancel: () => {
        const index = this.#pending.indexOf(timer);
        if (index >= 0) this.#pending.splice(index, 1);
      },
    };
  }

  /** Timers that have neither run nor been cancelled. */
  get pendingTimers(): number {
    return this.#pending.length;
  }

  /** Milliseconds until the next timer, undefined without one. */
  get nextTimerMs(): number | undefined {
    const next = this.#pending.at(-1);
    return next && next.dueMs - this.#monotonicMs;
  }

  /** Moves time on and runs every timer that falls due, also those that were scheduled on the way. */
  advance(durationMs: number): void {
    const endMs = this.#monotonicMs + durationMs;
    for (;;) {
      const next = this.#pending.at(-1);
      if (!next || next.dueMs > endMs) break;
      this.#pending.pop();
      this.#monotonicMs = Math.max(this.#monotonicMs, next.dueMs);
      next.callback();
    }
    this.#monotonicMs = Math.max(this.#monotonicMs, endMs);
  }

  /** As `advance`, and lets what waits on promises go on after each timer, so that chains of sleeps run through. */
  async advanceAndSettle(durationMs: number): Promise<void> {
    const endMs = this.#monotonicMs + durationMs;
    await settle();
    for (;;) {
      const waitMs = this.nextTimerMs;
      if (waitMs === undefined || this.#monotonicMs + waitMs > endMs) break;
      this.advance(waitMs);
      await settle();
    }
    this.advance(endMs - this.#monotonicMs);
    await settle();
  }

  /** Moves the wall clock alone, as an operator or NTP does. Timers are not touched. */
  jump(durationMs: number): void {
    this.#wallOffsetMs += durationMs;
  }

  #insertionIndex(dueMs: number): number {
    let low = 0;
    let high = this.#pending.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const timer = this.#pending[middle];
      if (timer && timer.dueMs > dueMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** One turn of the event loop: every promise that can go on has gone on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
