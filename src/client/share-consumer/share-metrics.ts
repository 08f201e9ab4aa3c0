// What a share consumer counts, by the names of Kafka's. Recorded for each answer and each poll, never for each record.

import type { Clock } from '../../platform/index.ts';
import type { Distribution, Meter, MetricSet } from '../metrics/metric-set.ts';
import { PollMetrics } from '../metrics/poll-metrics.ts';
import type { AcknowledgeOutcome } from './share-record.ts';

const FETCHER = { group: 'consumer-share-fetch-manager-metrics' };

export class ShareMetrics {
  readonly polls: PollMetrics;
  readonly #records: Meter;
  readonly #bytes: Meter;
  readonly #fetchSize: Distribution;
  readonly #recordsPerRequest: Distribution;
  readonly #throttleTime: Distribution;
  readonly #acknowledgements: Meter;
  readonly #failedAcknowledgements: Meter;

  constructor(metrics: MetricSet, clock: Clock) {
    this.polls = new PollMetrics(metrics, clock, { group: 'consumer-share-metrics' });
    this.#records = metrics.meter('records-consumed', FETCHER);
    this.#bytes = metrics.meter('bytes-consumed', FETCHER);
    this.#fetchSize = metrics.distribution('fetch-size', FETCHER);
    this.#recordsPerRequest = metrics.distribution('records-per-request', FETCHER);
    this.#throttleTime = metrics.distribution('fetch-throttle-time', FETCHER);
    this.#acknowledgements = metrics.meter('acknowledgements-send', FETCHER);
    this.#failedAcknowledgements = metrics.meter('acknowledgements-error', FETCHER);
  }

  /** A broker answered with so many records that are locked for this consumer, in so many bytes. */
  fetched(records: number, bytes: number, throttleTimeMs: number): void {
    this.#records.record(records);
    this.#bytes.record(bytes);
    this.#fetchSize.record(bytes);
    this.#recordsPerRequest.record(records);
    this.#throttleTime.record(throttleTimeMs);
  }

  /** What became of acknowledgements that were sent. */
  acknowledged(outcomes: readonly AcknowledgeOutcome[]): void {
    for (const { offsets, error } of outcomes) {
      this.#acknowledgements.record(offsets.length);
      if (error) this.#failedAcknowledgements.record(offsets.length);
    }
  }
}
