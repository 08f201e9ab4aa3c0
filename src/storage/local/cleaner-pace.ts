// Lets compaction work in small slices and rest between them: within the bytes per second that it may use, and for longer the more others need
// the thread.

import { type Clock, sleep } from '../../platform/index.ts';

/** For a millisecond of work, milliseconds of rest where others keep the thread busy all the time. */
const REST_WHEN_BUSY = 6;

export class CleanerPace {
  readonly #clock: Clock;
  readonly #bytesPerSecond: number;
  readonly #signal: AbortSignal;
  #sliceStartMs: number;
  /** When the bytes that were used so far are paid for. */
  #paidAtMs: number;
  /** How much of the last rest others were at work: 0 to 1. */
  #shareOfOthers = 0;

  constructor(clock: Clock, bytesPerSecond: number, signal: AbortSignal) {
    this.#clock = clock;
    this.#bytesPerSecond = bytesPerSecond;
    this.#signal = signal;
    this.#sliceStartMs = clock.monotonic();
    this.#paidAtMs = this.#sliceStartMs;
  }

  /** Resolves when the next slice may begin; rejects with the signal's reason. */
  async rest(bytes: number): Promise<void> {
    const startMs = this.#clock.monotonic();
    const activeMs = this.#clock.active();
    this.#paidAtMs = Math.max(this.#paidAtMs, this.#sliceStartMs) + (bytes * 1000) / this.#bytesPerSecond;
    const workedMs = startMs - this.#sliceStartMs;
    const restMs = Math.max(this.#paidAtMs - startMs, workedMs * REST_WHEN_BUSY * this.#shareOfOthers);
    await sleep(this.#clock, restMs, this.#signal);
    this.#sliceStartMs = this.#clock.monotonic();
    const restedMs = this.#sliceStartMs - startMs;
    this.#shareOfOthers = restedMs === 0 ? 0 : Math.min((this.#clock.active() - activeMs) / restedMs, 1);
  }
}
