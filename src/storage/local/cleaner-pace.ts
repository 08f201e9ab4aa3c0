// Lets compaction rest between its slices: within the bytes per second that it may use, and for longer the more others need the thread. Several
// slices, between each of which others get their turn, are paid for with one rest, because a timer is never shorter than a millisecond.

import { type Clock, sleep } from '../../platform/index.ts';

/** For a millisecond of work, milliseconds of rest where others keep the thread busy all the time. */
const REST_WHEN_BUSY = 6;
/** Work, and rest that is owed, which is not yet worth a timer. */
const LEAST_MS = 8;

export class CleanerPace {
  readonly #clock: Clock;
  readonly #bytesPerSecond: number;
  readonly #signal: AbortSignal;
  #workStartMs: number;
  /** When the bytes that were used so far are paid for. */
  #paidAtMs: number;
  /** How much of the last rest others were at work: 0 to 1. */
  #shareOfOthers = 0;

  constructor(clock: Clock, bytesPerSecond: number, signal: AbortSignal) {
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
    this.#paidAtMs = Math.max(this.#paidAtMs, this.#workStartMs) + (bytes * 1000) / this.#bytesPerSecond;
    const workedMs = startMs - this.#workStartMs;
    if (workedMs < LEAST_MS && this.#paidAtMs - startMs < LEAST_MS) return;
    const restMs = Math.max(this.#paidAtMs - startMs, workedMs * REST_WHEN_BUSY * this.#shareOfOthers);
    await sleep(this.#clock, restMs, this.#signal);
    this.#workStartMs = this.#clock.monotonic();
    const restedMs = this.#workStartMs - startMs;
    this.#shareOfOthers = restedMs === 0 ? 0 : Math.min((this.#clock.active() - activeMs) / restedMs, 1);
  }
}
