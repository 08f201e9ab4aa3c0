// Who hears what became of records: of one, or of many that were sent together. Hot path of every producer: one object for each `send`, none for
// each record of a `sendAll`.

import type { RecordMetadata } from './producer-record.ts';

/** What a leader answered for a batch. */
export interface WrittenBatch {
  readonly topic: string;
  readonly partition: number;
  /** -1 when nobody was asked (acks=0), or only an answer that got lost knew. */
  readonly baseOffset: bigint;
  /** ms; -1 where the broker keeps the timestamps of the producer. */
  readonly logAppendTimeMs: bigint;
}

/** Enters a batch with its first record in it, then hears of that batch exactly once. */
export interface Delivery {
  /** A record of it has to wait before it can enter a batch; `leave` follows when it has entered. */
  wait(): void;
  enter(index: number, timestamp: bigint): void;
  /** It will hear nothing of that batch, or that wait: its records have entered others. */
  leave(): void;
  succeed(batch: WrittenBatch): void;
  fail(error: unknown): void;
}

export class SentRecord implements Delivery {
  readonly written: Promise<RecordMetadata>;
  #resolve: (metadata: RecordMetadata) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #index = 0;
  #timestamp = -1n;

  constructor() {
    this.written = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  wait(): void {}

  enter(index: number, timestamp: bigint): void {
    this.#index = index;
    this.#timestamp = timestamp;
  }

  leave(): void {}

  succeed({ topic, partition, baseOffset, logAppendTimeMs }: WrittenBatch): void {
    const offset = baseOffset < 0n ? -1n : baseOffset + BigInt(this.#index);
    this.#resolve({ topic, partition, offset, timestamp: logAppendTimeMs < 0n ? this.#timestamp : logAppendTimeMs });
  }

  fail(error: unknown): void {
    this.#reject(error);
  }
}

export class SentRecords implements Delivery {
  /** Resolves when everything that was entered is written and `close` was called. Rejects with the first failure. */
  readonly written: Promise<void>;
  #resolve: () => void = () => {};
  #reject: (error: unknown) => void = () => {};
  // One for the call itself, until `close`.
  #open = 1;
  #hasFailed = false;

  constructor() {
    this.written = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A call that still takes records hears of a failure by `hasFailed`, and nobody else may be listening yet.
    this.written.catch(() => {});
  }

  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  wait(): void {
    this.#open++;
  }

  enter(): void {
    this.#open++;
  }

  leave(): void {
    this.#open--;
  }

  succeed(): void {
    if (--this.#open === 0) this.#resolve();
  }

  fail(error: unknown): void {
    this.#hasFailed = true;
    this.#reject(error);
  }

  /** No more records come. */
  close(): void {
    this.succeed();
  }
}
