// What a consumer counts, by the names of Kafka's. Recorded for each answer and each poll, never for each record.

import type { Clock } from '../../platform/index.ts';
import type { ClientMetric, Distribution, Meter, MetricSet } from '../metrics/metric-set.ts';
import { Samples } from '../metrics/samples.ts';
import type { AssignedPartition } from './assigned-partition.ts';
import type { ConsumedBatch } from './consumer-record.ts';

interface TopicMetrics {
  readonly bytes: Meter;
  readonly records: Meter;
}

const FETCHER = 'consumer-fetch-manager-metrics';
const COORDINATOR = 'consumer-coordinator-metrics';
/** Partitions beyond these have no metrics of their own. */
const MAX_PARTITIONS = 1000;

export class ConsumerMetrics {
  readonly #clock: Clock;
  readonly #bytes: Meter;
  readonly #records: Meter;
  readonly #fetchSize: Distribution;
  readonly #throttleTime: Distribution;
  readonly #rebalances: Meter;
  readonly #timeBetweenPolls: Distribution;
  readonly #lag: Samples;
  readonly #pollIdleRatio: Samples;
  readonly #ofTopic: (topic: string) => TopicMetrics | undefined;
  #pollStartMs: number | undefined;
  #pollEndMs: number | undefined;

  constructor(metrics: MetricSet, clock: Clock, assigned: ReadonlyMap<string, AssignedPartition>) {
    this.#clock = clock;
    const fetcher = { group: FETCHER };
    this.#bytes = metrics.meter('bytes-consumed', fetcher);
    this.#records = metrics.meter('records-consumed', fetcher);
    this.#fetchSize = metrics.distribution('fetch-size', fetcher);
    this.#throttleTime = metrics.distribution('fetch-throttle-time', fetcher);
    this.#lag = new Samples(clock);
    metrics.gauge('records-lag-max', () => this.#lag.max, fetcher);
    metrics.gauge('assigned-partitions', () => assigned.size, { group: COORDINATOR });
    this.#rebalances = metrics.meter('rebalance', { group: COORDINATOR });
    this.#timeBetweenPolls = metrics.distribution('time-between-poll');
    this.#pollIdleRatio = new Samples(clock);
    metrics.gauge('poll-idle-ratio-avg', () => this.#pollIdleRatio.average);
    metrics.gauge('last-poll-seconds-ago', () => {
      return this.#pollStartMs === undefined ? -1 : Math.floor((clock.monotonic() - this.#pollStartMs) / 1000);
    });
    this.#ofTopic = metrics.perTopic((tags) => ({
      bytes: metrics.meter('bytes-consumed', { group: FETCHER, tags }),
      records: metrics.meter('records-consumed', { group: FETCHER, tags }),
    }));
    metrics.family(() => [...assigned.values()].slice(0, MAX_PARTITIONS).flatMap((each) => lagOf(metrics, each)));
  }

  /** An answer came with so many bytes of records. */
  fetched(topic: string, bytes: number): void {
    this.#bytes.record(bytes);
    this.#ofTopic(topic)?.bytes.record(bytes);
  }

  answered(bytes: number, throttleTimeMs: number): void {
    this.#fetchSize.record(bytes);
    this.#throttleTime.record(throttleTimeMs);
  }

  /** The application got them. */
  given({ topic, records, nextOffset, highWatermark }: ConsumedBatch): void {
    this.#records.record(records.length);
    this.#ofTopic(topic)?.records.record(records.length);
    this.#lag.record(Math.max(Number(highWatermark - nextOffset), 0));
  }

  rebalanced(): void {
    this.#rebalances.record(1);
  }

  pollBegins(): void {
    const nowMs = this.#clock.monotonic();
    if (this.#pollStartMs !== undefined) this.#timeBetweenPolls.record(nowMs - this.#pollStartMs);
    this.#pollStartMs = nowMs;
  }

  /** From the end of the poll before, so much of the time was spent in this one. */
  pollEnds(): void {
    const nowMs = this.#clock.monotonic();
    const sinceLastMs = nowMs - (this.#pollEndMs ?? nowMs);
    if (sinceLastMs > 0) this.#pollIdleRatio.record((nowMs - (this.#pollStartMs ?? nowMs)) / sinceLastMs);
    this.#pollEndMs = nowMs;
  }
}

function lagOf(metrics: MetricSet, { topic, partition, position, highWatermark }: AssignedPartition): ClientMetric[] {
  if (position === undefined || highWatermark === undefined) return [];
  const lag = Math.max(Number(highWatermark - position), 0);
  return [metrics.metric('records-lag', lag, { group: FETCHER, tags: { topic, partition: String(partition) } })];
}
