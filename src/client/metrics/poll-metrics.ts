// How often an application polls, and how much of its time it waits there. Of consumers and share consumers.

import type { Clock } from '../../platform/index.ts';
import { secondsSince } from './connection-metrics.ts';
import type { Distribution, MetricPlace, MetricSet } from './metric-set.ts';
import { Samples } from './samples.ts';

export class PollMetrics {
  readonly #clock: Clock;
  readonly #timeBetweenPolls: Distribution;
  readonly #idleRatio: Samples;
  #startMs: number | undefined;
  #endMs: number | undefined;

  constructor(metrics: MetricSet, clock: Clock, place: MetricPlace = {}) {
    this.#clock = clock;
    this.#timeBetweenPolls = metrics.distribution('time-between-poll', place);
    this.#idleRatio = new Samples(clock);
    metrics.gauge('poll-idle-ratio-avg', () => this.#idleRatio.average, place);
    metrics.gauge('last-poll-seconds-ago', () => secondsSince(this.#startMs, clock), place);
  }

  begins(): void {
    const nowMs = this.#clock.monotonic();
    if (this.#startMs !== undefined) this.#timeBetweenPolls.record(nowMs - this.#startMs);
    this.#startMs = nowMs;
  }

  /** From the end of the poll before, so much of the time was spent in this one. */
  ends(): void {
    const nowMs = this.#clock.monotonic();
    const sinceLastMs = nowMs - (this.#endMs ?? nowMs);
    if (sinceLastMs > 0) this.#idleRatio.record((nowMs - (this.#startMs ?? nowMs)) / sinceLastMs);
    this.#endMs = nowMs;
  }
}
