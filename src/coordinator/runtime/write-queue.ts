// What one partition wants to write: batches, one append under way at a time. Everything that arrives meanwhile shares the next
// batch, so that one sync of the disk serves many operations, and after a failed append nothing behind it was written.

import type { LogRecord } from './coordinator-log.ts';

/** Told once, either way. */
export interface CommitListener {
  committed(): void;
  failed(error: Error): void;
}

interface Batch {
  readonly records: LogRecord[];
  sizeInBytes: number;
  readonly listeners: CommitListener[];
}

// What Kafka's batch format costs at most: the header of a batch, and length, attributes, deltas and lengths of a record.
const BATCH_OVERHEAD_BYTES = 61;
const RECORD_OVERHEAD_BYTES = 32;

export class WriteQueue {
  readonly #append: (records: readonly LogRecord[]) => Promise<void>;
  readonly #maxBatchBytes: () => number;
  readonly #onFailure: (error: Error) => void;
  readonly #waiting: Batch[] = [];
  #underWay: Batch | undefined;
  #draining: Promise<void> | undefined;
  #waitingBytes = 0;
  #failure: Error | undefined;

  constructor(options: {
    append: (records: readonly LogRecord[]) => Promise<void>;
    maxBatchBytes: () => number;
    /** An append failed, and the listeners know; nothing will be written any more. */
    onFailure: (error: Error) => void;
  }) {
    this.#append = options.append;
    this.#maxBatchBytes = options.maxBatchBytes;
    this.#onFailure = options.onFailure;
  }

  /** Bytes that wait behind the append under way. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Resolves when no append is under way any more. Never rejects. */
  async settled(): Promise<void> {
    await this.#draining;
  }

  /** Whether the records fit: all together in one batch, or, if `isDivisible`, each on its own. */
  accepts(records: readonly LogRecord[], isDivisible: boolean): boolean {
    const room = this.#maxBatchBytes() - BATCH_OVERHEAD_BYTES;
    if (!isDivisible) return sizeOf(records) <= room;
    return records.every((record) => sizeOf([record]) <= room);
  }

  /** Queues records that `accepts` has accepted. */
  add(records: readonly LogRecord[], isDivisible: boolean): void {
    if (isDivisible) {
      for (const record of records) this.#addTogether([record]);
    } else if (records.length > 0) {
      this.#addTogether(records);
    }
    this.#start();
  }

  /** Tells the listener when everything queued so far is committed: at once, when nothing is. */
  afterCommit(listener: CommitListener): void {
    const last = this.#waiting.at(-1) ?? this.#underWay;
    if (this.#failure !== undefined) listener.failed(this.#failure);
    else if (last === undefined) listener.committed();
    else last.listeners.push(listener);
  }

  /** Drops what is not under way yet, and tells everyone who waits. */
  fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    const batches = [...(this.#underWay === undefined ? [] : [this.#underWay]), ...this.#waiting];
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    for (const batch of batches) for (const listener of batch.listeners.splice(0)) listener.failed(error);
  }

  #addTogether(records: readonly LogRecord[]): void {
    const size = sizeOf(records);
    this.#waitingBytes += size;
    const last = this.#waiting.at(-1);
    if (last !== undefined && last.sizeInBytes + size <= this.#maxBatchBytes()) {
      last.records.push(...records);
      last.sizeInBytes += size;
    } else {
      this.#waiting.push({ records: [...records], sizeInBytes: BATCH_OVERHEAD_BYTES + size, listeners: [] });
    }
  }

  #start(): void {
    if (this.#draining !== undefined || this.#waiting.length === 0) return;
    this.#draining = this.#drain();
  }

  /** Owns its failures: they go to the listeners and to `onFailure`. */
  async #drain(): Promise<void> {
    // The first append waits for the end of the current turn, so that operations that arrived together share it.
    await undefined;
    for (let batch = this.#waiting.shift(); batch !== undefined; batch = this.#waiting.shift()) {
      this.#underWay = batch;
      this.#waitingBytes -= batch.sizeInBytes - BATCH_OVERHEAD_BYTES;
      try {
        await this.#append(batch.records);
      } catch (error) {
        if (this.#failure === undefined) this.#onFailure(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      if (this.#failure !== undefined) return;
      this.#underWay = undefined;
      for (const listener of batch.listeners) listener.committed();
    }
    // In the same turn as the last look at what waits, so that nothing is left waiting.
    this.#draining = undefined;
  }
}

function sizeOf(records: readonly LogRecord[]): number {
  let size = 0;
  for (const { key, value } of records) size += RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  return size;
}
