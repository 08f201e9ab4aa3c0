// A rate measured over the last few windows of time, as Kafka's metrics measure it: the windows before the first value count as empty ones, so
// that a burst at the beginning is not taken for a high rate.

export interface RateWindowOptions {
  /** `quota.window.num`. */
  readonly windows: number;
  readonly windowMs: number;
}

interface Sample {
  readonly startMs: number;
  total: number;
}

export class RateWindow {
  readonly #options: RateWindowOptions;
  /** Oldest first. */
  #samples: Sample[] = [];

  constructor(options: RateWindowOptions) {
    this.#options = options;
  }

  record(value: number, nowMs: number): void {
    this.#forget(nowMs);
    const last = this.#samples.at(-1);
    if (last !== undefined && nowMs - last.startMs < this.#options.windowMs) last.total += value;
    else this.#samples.push({ startMs: nowMs, total: value });
  }

  /** Milliseconds to wait so that the rate, measured then, is `limit` per second; 0 while it is below. */
  delayMs(limit: number, nowMs: number): number {
    this.#forget(nowMs);
    const total = this.#samples.reduce((sum, sample) => sum + sample.total, 0);
    const elapsedMs = this.#elapsedMs(nowMs);
    const rate = total / (elapsedMs / 1000);
    return rate <= limit ? 0 : Math.round(((rate - limit) / limit) * elapsedMs);
  }

  /** At least all windows but one, as if they had passed. */
  #elapsedMs(nowMs: number): number {
    const { windows, windowMs } = this.#options;
    const elapsedMs = nowMs - (this.#samples[0]?.startMs ?? nowMs);
    const missing = Math.max(0, windows - 1 - Math.floor(elapsedMs / windowMs));
    return Math.max(elapsedMs + missing * windowMs, windowMs);
  }

  #forget(nowMs: number): void {
    const { windows, windowMs } = this.#options;
    const oldestMs = nowMs - windows * windowMs;
    if ((this.#samples[0]?.startMs ?? nowMs) < oldestMs) {
      this.#samples = this.#samples.filter(({ startMs }) => startMs >= oldestMs);
    }
  }
}
