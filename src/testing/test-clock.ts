// Time that goes on as ever, and jumps ahead when a test says so: what takes an hour in production takes a line in a test.

import type { Clock, Timer } from '../platform/index.ts';

interface Pending {
  readonly dueMs: number;
  readonly callback: () => void;
  timer: Timer;
}

export class TestClock implements Clock {
  readonly #clock: Clock;
  readonly #pending = new Set<Pending>();
  #aheadMs = 0;

  /** `clock` is the one that goes on. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now() + this.#aheadMs;
  }

  monotonic(): number {
    return this.#clock.monotonic() + this.#aheadMs;
  }

  active(): number {
    return this.#clock.active();
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const pending: Pending = { dueMs: this.monotonic() + delayMs, callback, timer: { cancel: () => {} } };
    this.#pending.add(pending);
    this.#arm(pending);
    return {
      cancel: () => {
        this.#pending.delete(pending);
        pending.timer.cancel();
      },
    };
  }

  /** Moves time ahead by so many milliseconds. Timers that are due then fire soon, in the order in which they were due. */
  advance(durationMs: number): void {
    if (!(durationMs >= 0)) throw new RangeError(`Cannot advance the clock by ${durationMs} ms: time does not go back`);
    this.#aheadMs += durationMs;
    for (const pending of [...this.#pending].sort((left, right) => left.dueMs - right.dueMs)) {
      pending.timer.cancel();
      this.#arm(pending);
    }
  }

  #arm(pending: Pending): void {
    pending.timer = this.#clock.schedule(Math.max(pending.dueMs - this.monotonic(), 0), () => {
      this.#pending.delete(pending);
      pending.callback();
    });
  }
}
