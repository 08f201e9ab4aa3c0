// Which combinations of labels a metric keeps: names of topics and clients come from outside, and must not fill the memory.

import type { Labels } from './metrics.ts';

const SEPARATOR = '\u0000';

export class BoundedSeries<L extends string> {
  readonly #names: readonly L[];
  readonly #limit: number;
  readonly #forget: (labels: Labels<L>) => void;
  /** The one used longest ago comes first. */
  readonly #series = new Map<string, Labels<L>>();

  /** `forget` is told what has to make room. */
  constructor(names: readonly L[], limit: number, forget: (labels: Labels<L>) => void) {
    this.#names = names;
    this.#limit = limit;
    this.#forget = forget;
  }

  use(labels: Labels<L>): void {
    const key = this.#names.map((name) => labels[name]).join(SEPARATOR);
    if (!this.#series.delete(key) && this.#series.size >= this.#limit) {
      const [oldest] = this.#series;
      if (oldest !== undefined) {
        this.#series.delete(oldest[0]);
        this.#forget(oldest[1]);
      }
    }
    this.#series.set(key, labels);
  }
}
