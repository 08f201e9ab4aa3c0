// What a producer counts, by the names of Kafka's. Recorded for each batch and request, never for each record.

import type { Distribution, Meter, MetricSet, Stopwatch } from '../metrics/metric-set.ts';
import type { ProducerBatch } from './producer-batch.ts';

interface TopicMetrics {
  readonly records: Meter;
  readonly bytes: Meter;
  readonly retries: Meter;
  readonly errors: Meter;
  readonly compressionRate: Distribution;
}

const TOPIC_GROUP = 'producer-topic-metrics';

/** What calls of a producer take their time for. A transaction that begins also makes itself known to its coordinator, the first time. */
const TIMED = [
  'metadata-wait',
  'bufferpool-wait',
  'flush',
  'txn-begin',
  'txn-send-offsets',
  'txn-commit',
  'txn-abort',
] as const;

export type TimedCall = (typeof TIMED)[number];

export class ProducerMetrics {
  readonly times: Readonly<Record<TimedCall, Stopwatch>>;
  readonly #records: Meter;
  readonly #retries: Meter;
  readonly #errors: Meter;
  readonly #splits: Meter;
  readonly #exhausted: Meter;
  readonly #batchSize: Distribution;
  readonly #recordSize: Distribution;
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
    this.#exhausted = metrics.meter('buffer-exhausted');
    this.#batchSize = metrics.distribution('batch-size');
    this.#recordSize = metrics.distribution('record-size');
    this.#queueTime = metrics.distribution('record-queue-time');
    this.#compressionRate = metrics.distribution('compression-rate');
    this.#recordsPerRequest = metrics.distribution('records-per-request');
    this.#throttleTime = metrics.distribution('produce-throttle-time');
    this.#ofTopic = metrics.perTopic((tags) => ({
      records: metrics.meter('record-send', { group: TOPIC_GROUP, tags }),
      bytes: metrics.meter('byte', { group: TOPIC_GROUP, tags }),
      retries: metrics.meter('record-retry', { group: TOPIC_GROUP, tags }),
      errors: metrics.meter('record-error', { group: TOPIC_GROUP, tags }),
      compressionRate: metrics.distribution('compression-rate', { group: TOPIC_GROUP, tags }),
    }));
    const times = TIMED.map((name) => [name, metrics.stopwatch(name)] as const);
    this.times = Object.fromEntries(times) as Record<TimedCall, Stopwatch>;
  }

  /** A request with these is sent. */
  requested(batches: readonly ProducerBatch[], nowMs: number): void {
    let records = 0;
    for (const batch of batches) {
      const bytes = batch.bytes().length;
      records += batch.recordCount;
      this.#batchSize.record(bytes);
      const compressionRate = bytes / batch.bytesBeforeCompression;
      this.#compressionRate.record(compressionRate);
      this.#recordSize.record(batch.maxRecordBytes);
      if (batch.attempts <= 1) this.#queueTime.record(nowMs - batch.createdMs);
      const topic = this.#ofTopic(batch.topic);
      topic?.records.record(batch.recordCount);
      topic?.bytes.record(bytes);
      topic?.compressionRate.record(compressionRate);
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

  /** A record was refused since there was no room in the buffer for too long. */
  exhausted(): void {
    this.#exhausted.record(1);
  }

  split(): void {
    this.#splits.record(1);
  }
}
