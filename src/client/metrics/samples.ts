// What was recorded in the last half minute to minute, as Kafka's clients keep it: two windows, of which the older one is dropped when the newer is full.

import type { Clock } from '../../platform/index.ts';

/** Kafka's defaults of `metrics.sample.window.ms` and, with two windows, `metrics.num.samples`. */
const WINDOW_MS = 30_000;

class Window {
  startMs: number;
  sum = 0;
  count = 0;
  max = Number.NEGATIVE_INFINITY;

  constructor(startMs: number) {
    this.startMs = startMs;
  }
}

export class Samples {
  readonly #clock: Clock;
  #current: Window;
  #previous: Window | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#current = new Window(clock.monotonic());
  }

  record(value: number): void {
    this.#turn();
    const window = this.#current;
    window.sum += value;
    window.count++;
    if (value > window.max) window.max = value;
  }

  /** A second. The time counts as one window at least, so that the first values do not make a peak. */
  get rate(): number {
    const nowMs = this.#turn();
    const elapsedMs = nowMs - (this.#previous ?? this.#current).startMs;
    return this.#sum / ((elapsedMs < WINDOW_MS ? elapsedMs + WINDOW_MS : elapsedMs) / 1000);
  }

  /** NaN when nothing was recorded, as with Kafka's clients. */
  get average(): number {
    this.#turn();
    const count = this.#current.count + (this.#previous?.count ?? 0);
    return count === 0 ? Number.NaN : this.#sum / count;
  }

  /** NaN when nothing was recorded. */
  get max(): number {
    this.#turn();
    const max = Math.max(this.#current.max, this.#previous?.max ?? Number.NEGATIVE_INFINITY);
    return max === Number.NEGATIVE_INFINITY ? Number.NaN : max;
  }

  get #sum(): number {
    return this.#current.sum + (this.#previous?.sum ?? 0);
  }

  /** Begins a new window when it is time, and gives the time. */
  #turn(): number {
    const nowMs = this.#clock.monotonic();
    const ageMs = nowMs - this.#current.startMs;
    if (ageMs < WINDOW_MS) return nowMs;
    this.#previous = ageMs < 2 * WINDOW_MS ? this.#current : undefined;
    this.#current = new Window(nowMs);
    return nowMs;
  }
}
