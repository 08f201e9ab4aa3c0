// What a consumer counts, by the names of Kafka's. Recorded for each answer and each poll, never for each record.

import type { Clock } from '../../platform/index.ts';
import { secondsSince } from '../metrics/connection-metrics.ts';
import type { ClientMetric, Distribution, Meter, MetricSet, Stopwatch } from '../metrics/metric-set.ts';
import { PollMetrics } from '../metrics/poll-metrics.ts';
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
  readonly polls: PollMetrics;
  /** Of calls of `commit`. */
  readonly commits: Stopwatch;
  /** Of what the application does when partitions come and go. */
  readonly callbacks: Readonly<Record<'assigned' | 'revoked' | 'lost', Distribution>>;
  readonly #lag: Samples;
  readonly #leastLead: Samples;
  readonly #ofTopic: (topic: string) => TopicMetrics | undefined;
  #lastRebalanceMs: number | undefined;

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
    // Of the opposite the greatest is the least.
    this.#leastLead = new Samples(clock);
    metrics.gauge('records-lead-min', () => -this.#leastLead.max, fetcher);
    const coordinator = { group: COORDINATOR };
    this.#rebalances = metrics.meter('rebalance', coordinator, 'hour');
    metrics.gauge('last-rebalance-seconds-ago', () => secondsSince(this.#lastRebalanceMs, clock), coordinator);
    this.callbacks = {
      assigned: metrics.distribution('partition-assigned-latency', coordinator),
      revoked: metrics.distribution('partition-revoked-latency', coordinator),
      lost: metrics.distribution('partition-lost-latency', coordinator),
    };
    this.commits = metrics.stopwatch('commit-sync');
    this.polls = new PollMetrics(metrics, clock);
    this.#ofTopic = metrics.perTopic((tags) => ({
      bytes: metrics.meter('bytes-consumed', { group: FETCHER, tags }),
      records: metrics.meter('records-consumed', { group: FETCHER, tags }),
    }));
    metrics.family(() => [...assigned.values()].slice(0, MAX_PARTITIONS).flatMap((each) => placeOf(metrics, each)));
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
  given({ topic, records, nextOffset, highWatermark }: ConsumedBatch, logStartOffset: bigint): void {
    this.#records.record(records.length);
    this.#ofTopic(topic)?.records.record(records.length);
    this.#lag.record(Math.max(Number(highWatermark - nextOffset), 0));
    if (logStartOffset >= 0n) this.#leastLead.record(-Math.max(Number(nextOffset - logStartOffset), 0));
  }

  rebalanced(): void {
    this.#rebalances.record(1);
    this.#lastRebalanceMs = this.#clock.monotonic();
  }
}

/** How far the partition is from both ends of its log, and the replica that it is read from instead of the leader, else -1. */
function placeOf(metrics: MetricSet, partition: AssignedPartition): ClientMetric[] {
  const { position, highWatermark, logStartOffset, nearby } = partition;
  const place = { group: FETCHER, tags: { topic: partition.topic, partition: String(partition.partition) } };
  const distance = (name: string, from: bigint, to: bigint) =>
    metrics.metric(name, Math.max(Number(to - from), 0), place);
  if (position === undefined || highWatermark === undefined) return [];
  return [
    distance('records-lag', position, highWatermark),
    ...(logStartOffset < 0n ? [] : [distance('records-lead', logStartOffset, position)]),
    metrics.metric('preferred-read-replica', nearby?.nodeId ?? -1, place),
  ];
}
