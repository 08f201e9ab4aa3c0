// What a producer counts, by the names of Kafka's. Recorded for each batch and request, never for each record.

import type { Distribution, Meter, MetricSet } from '../metrics/metric-set.ts';
import type { ProducerBatch } from './producer-batch.ts';

interface TopicMetrics {
  readonly records: Meter;
  readonly bytes: Meter;
  readonly retries: Meter;
  readonly errors: Meter;
}

const TOPIC_GROUP = 'producer-topic-metrics';

export class ProducerMetrics {
  readonly #records: Meter;
  readonly #retries: Meter;
  readonly #errors: Meter;
  readonly #splits: Meter;
  readonly #batchSize: Distribution;
  readonly #queueTime: Distribution;
  readonly #compressionRate: Distribution;
  readonly #recordsPerRequest: Distribution;
  readonly #throttleTime: Distribution;
  readonly #ofTopic: (topic: string) => TopicMetrics | undefined;

  constructor(metrics: MetricSet) {
    this.#records = metrics.meter('record-send');
    this.#retries = metrics.meter('record-retry');
    this.#errors = metrics.meter('record-error');
    this.#splits = metrics.meter('batch-split');
    this.#batchSize = metrics.distribution('batch-size');
    this.#queueTime = metrics.distribution('record-queue-time');
    this.#compressionRate = metrics.distribution('compression-rate');
    this.#recordsPerRequest = metrics.distribution('records-per-request');
    this.#throttleTime = metrics.distribution('produce-throttle-time');
    this.#ofTopic = metrics.perTopic((tags) => ({
      records: metrics.meter('record-send', { group: TOPIC_GROUP, tags }),
      bytes: metrics.meter('byte', { group: TOPIC_GROUP, tags }),
      retries: metrics.meter('record-retry', { group: TOPIC_GROUP, tags }),
      errors: metrics.meter('record-error', { group: TOPIC_GROUP, tags }),
    }));
  }

  /** A request with these is sent. */
  requested(batches: readonly ProducerBatch[], nowMs: number): void {
    let records = 0;
    for (const batch of batches) {
      const bytes = batch.bytes().length;
      records += batch.recordCount;
      this.#batchSize.record(bytes);
      this.#compressionRate.record(bytes / batch.bytesBeforeCompression);
      if (batch.attempts <= 1) this.#queueTime.record(nowMs - batch.createdMs);
      const topic = this.#ofTopic(batch.topic);
      topic?.records.record(batch.recordCount);
      topic?.bytes.record(bytes);
    }
    this.#records.record(records);
    this.#recordsPerRequest.record(records);
  }

  throttled(timeMs: number): void {
    this.#throttleTime.record(timeMs);
  }

  retried(batch: ProducerBatch): void {
    this.#retries.record(batch.recordCount);
    this.#ofTopic(batch.topic)?.retries.record(batch.recordCount);
  }

  failed(batch: ProducerBatch): void {
    this.#errors.record(batch.recordCount);
    this.#ofTopic(batch.topic)?.errors.record(batch.recordCount);
  }

  split(): void {
    this.#splits.record(1);
  }
}
