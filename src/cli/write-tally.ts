// Counts what was written, by partition, and remembers the first failure.

import type { RecordMetadata } from '../client/index.ts';
import type { Clock } from '../platform/index.ts';

interface PartitionTally {
  records: number;
  firstOffset: bigint;
  lastOffset: bigint;
}

export class WriteTally {
  /** Why the first record failed that did. */
  failure: Error | undefined;
  #records = 0;
  #bytes = 0;
  readonly #partitions = new Map<number, PartitionTally>();
  readonly #clock: Clock;
  readonly #startMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startMs = clock.monotonic();
  }

  /** Counts the record when it is written. */
  follow(written: Promise<RecordMetadata>, bytes: number): void {
    written.then(
      (metadata) => this.#count(metadata, bytes),
      (error) => {
        this.failure ??= error instanceof Error ? error : new Error(String(error));
      },
    );
  }

  summary(): object {
    const partitions = [...this.#partitions].sort(([left], [right]) => left - right);
    return {
      records: this.#records,
      bytes: this.#bytes,
      seconds: this.#seconds(),
      partitions: partitions.map(([partition, tally]) => ({ partition, ...tally })),
    };
  }

  /** `wrote 1,000 records to 3 partitions of orders in 0.2 s`. */
  sentence(topic: string): string {
    const count = (value: number, unit: string) => `${value.toLocaleString('en-US')} ${unit}${value === 1 ? '' : 's'}`;
    return `wrote ${count(this.#records, 'record')} to ${count(this.#partitions.size, 'partition')} of ${topic} in ${this.#seconds().toFixed(2)} s`;
  }

  #count({ partition, offset }: RecordMetadata, bytes: number): void {
    this.#records++;
    this.#bytes += bytes;
    const tally = this.#partitions.get(partition);
    if (tally === undefined) {
      this.#partitions.set(partition, { records: 1, firstOffset: offset, lastOffset: offset });
      return;
    }
    tally.records++;
    if (offset < tally.firstOffset) tally.firstOffset = offset;
    if (offset > tally.lastOffset) tally.lastOffset = offset;
  }

  #seconds(): number {
    return (this.#clock.monotonic() - this.#startMs) / 1000;
  }
}
