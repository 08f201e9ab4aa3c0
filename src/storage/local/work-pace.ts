// Lets compaction, and moves between log directories, rest between their slices: within the bytes per second that they may use, and for longer the
// more others need the thread. Several slices, between each of which others get their turn, are paid for with one rest, because a timer is never
// shorter than a millisecond.

import { type Clock, sleep } from '../../platform/index.ts';

/** For a millisecond of work, milliseconds of rest where others keep the thread busy all the time. */
const REST_WHEN_BUSY = 16;
/** Work, and rest that is owed, which is not yet worth a timer. */
const LEAST_MS = 8;
/** Then it is asked again how much it may use. */
const LONGEST_REST_MS = 1000;

export class WorkPace {
  readonly #clock: Clock;
  readonly #bytesPerSecond: () => number;
  readonly #signal: AbortSignal;
  #workStartMs: number;
  /** When the bytes that were used so far are paid for. */
  #paidAtMs: number;
  /** How much of the last rest others were at work: 0 to 1. */
  #shareOfOthers = 0;

  /** The bytes per second are asked for again and again: a change counts within a second. */
  constructor(clock: Clock, bytesPerSecond: () => number, signal: AbortSignal) {
    this.#clock = clock;
    this.#bytesPerSecond = bytesPerSecond;
    this.#signal = signal;
    this.#workStartMs = clock.monotonic();
    this.#paidAtMs = this.#workStartMs;
  }

  /** Resolves when the next slice may begin; rejects with the signal's reason. */
  async rest(bytes: number): Promise<void> {
    this.#signal.throwIfAborted();
    const startMs = this.#clock.monotonic();
    const activeMs = this.#clock.active();
    const bytesPerSecond = this.#bytesPerSecond();
    this.#paidAtMs = Math.max(this.#paidAtMs, this.#workStartMs) + (bytes * 1000) / bytesPerSecond;
    const workedMs = startMs - this.#workStartMs;
    if (workedMs < LEAST_MS && this.#paidAtMs - startMs < LEAST_MS) return;
    let leftMs = Math.max(this.#paidAtMs - startMs, workedMs * REST_WHEN_BUSY * this.#shareOfOthers);
    do {
      const restMs = Math.min(leftMs, LONGEST_REST_MS);
      await sleep(this.#clock, restMs, this.#signal);
      leftMs -= restMs;
    } while (leftMs > 0 && this.#bytesPerSecond() === bytesPerSecond);
    this.#workStartMs = this.#clock.monotonic();
    if (leftMs > 0) this.#paidAtMs = this.#workStartMs;
    const restedMs = this.#workStartMs - startMs;
    this.#shareOfOthers = restedMs === 0 ? 0 : Math.min((this.#clock.active() - activeMs) / restedMs, 1);
  }
}
