// Lets a test wait for a promise under a manual clock: time moves only when nothing else can happen.

import type { ManualClock } from '../../platform/index.ts';

// A request and its answer take a few turns of the event loop on the in-memory network, and one may lead to the next.
const TURNS_BEFORE_TIME_MOVES = 100;
const MOST_TIMERS = 10_000;

/** Settles as the promise does, having moved the clock from timer to timer as far as it took. */
export async function settled<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const observed = promise.finally(() => {
    isSettled = true;
  });
  observed.catch(() => {});
  for (let timers = 0; !isSettled; timers++) {
    if (timers > MOST_TIMERS) throw new Error('The promise does not settle, however much time passes');
    for (let turn = 0; turn < TURNS_BEFORE_TIME_MOVES && !isSettled; turn++)
      await new Promise((resolve) => setImmediate(resolve));
    if (!isSettled && clock.nextTimerMs !== undefined) clock.advance(clock.nextTimerMs);
  }
  return observed;
}
