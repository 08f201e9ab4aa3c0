// Drives a run: everything that can go on goes on, then the clock moves to its next timer. Node runs microtasks and immediates in the order in
// which they were asked for, so that the same seed gives the same order.

import type { ManualClock } from '../platform/index.ts';
import { Violation } from './violation.ts';

// A callback that was deferred may defer another one.
const TURNS_BEFORE_TIME_MOVES = 2;

/** Settles as the promise does. Rejects when nothing is left that could settle it, or when it takes longer than `withinMs` of simulated time. */
export async function runUntil<T>(clock: ManualClock, promise: Promise<T>, withinMs: number): Promise<T> {
  let isSettled = false;
  const observed = promise.finally(() => {
    isSettled = true;
  });
  observed.catch(() => {});
  const endMs = clock.monotonic() + withinMs;
  for (;;) {
    for (let turn = 0; turn < TURNS_BEFORE_TIME_MOVES; turn++) await nextTurn();
    if (isSettled) return observed;
    const waitMs = clock.nextTimerMs;
    if (waitMs === undefined) throw new Violation('nothing is left that could happen, and the run is not over');
    if (clock.monotonic() > endMs) throw new Violation(`the run is not over after ${withinMs} ms of simulated time`);
    clock.advance(waitMs);
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
