// Lets compaction work in small slices and rest between them: within the bytes per second that it may use, and for longer when others wait for
// the thread.

import { type Clock, sleep } from '../../platform/index.ts';

/** A rest that ends this many milliseconds late means that others have work to do. */
const LATE_MS = 2;
/** For a millisecond of work, milliseconds of rest while others have work to do: compaction gets a sixth of the thread then. */
const REST_WHEN_BUSY = 5;

export class CleanerPace {
  readonly #clock: Clock;
  readonly #bytesPerSecond: number;
  readonly #signal: AbortSignal;
  #sliceStartMs: number;
  /** When the bytes that were used so far are paid for. */
  #paidAtMs: number;
  #isBusy = false;

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
    this.#paidAtMs = Math.max(this.#paidAtMs, this.#sliceStartMs) + (bytes * 1000) / this.#bytesPerSecond;
    const workedMs = startMs - this.#sliceStartMs;
    const restMs = Math.max(this.#paidAtMs - startMs, this.#isBusy ? workedMs * REST_WHEN_BUSY : 0, 0);
    await sleep(this.#clock, restMs, this.#signal);
    this.#sliceStartMs = this.#clock.monotonic();
    this.#isBusy = this.#sliceStartMs - startMs - restMs > LATE_MS;
  }
}
