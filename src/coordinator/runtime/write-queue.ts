// What one partition wants to write: batches, one append under way at a time. Everything that arrives meanwhile shares the next
// batch, so that one sync of the disk serves many operations, and after a failed append nothing behind it was written.

import type { LogMarker, LogProducer, LogProducerState, LogRecord } from './coordinator-log.ts';

/** Told once, either way. */
export interface CommitListener {
  committed(): void;
  failed(error: Error): void;
}

/** Either records, of one producer's transaction or of none, or a marker. */
export interface QueuedBatch {
  readonly records: readonly LogRecord[];
  readonly producer: LogProducer | undefined;
  readonly marker: LogMarker | undefined;
}

interface Batch extends QueuedBatch {
  readonly records: LogRecord[];
  sizeInBytes: number;
  readonly listeners: CommitListener[];
}

// What Kafka's batch format costs at most: the header of a batch, and length, attributes, deltas and lengths of a record.
const BATCH_OVERHEAD_BYTES = 61;
const RECORD_OVERHEAD_BYTES = 32;

export class WriteQueue {
  readonly #append: (batch: QueuedBatch) => Promise<void>;
  readonly #maxBatchBytes: () => number;
  readonly #onFailure: (error: Error) => void;
  readonly #waiting: Batch[] = [];
  /** The last batch of each producer that waits: what the log will know of it is decided by that. */
  readonly #lastOfProducer = new Map<bigint, Batch>();
  #underWay: Batch | undefined;
  #draining: Promise<void> | undefined;
  #waitingBytes = 0;
  #failure: Error | undefined;

  constructor(options: {
    append: (batch: QueuedBatch) => Promise<void>;
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
  add(records: readonly LogRecord[], isDivisible: boolean, producer?: LogProducer): void {
    if (isDivisible) {
      for (const record of records) this.#addTogether([record], producer);
    } else if (records.length > 0) {
      this.#addTogether(records, producer);
    }
    this.#start();
  }

  addMarker(marker: LogMarker): void {
    this.#push({ records: [], producer: undefined, marker, sizeInBytes: BATCH_OVERHEAD_BYTES, listeners: [] });
    this.#start();
  }

  /** What the log will know of a producer when everything that waits is appended; undefined where nothing of it waits. */
  producer(producerId: bigint): Omit<LogProducerState, 'coordinatorEpoch'> | undefined {
    const last = this.#lastOfProducer.get(producerId);
    const { producerEpoch } = last?.marker ?? last?.producer ?? {};
    if (last === undefined || producerEpoch === undefined) return undefined;
    return { producerEpoch, hasOpenTransaction: last.marker === undefined };
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
    this.#lastOfProducer.clear();
    this.#waitingBytes = 0;
    for (const batch of batches) for (const listener of batch.listeners.splice(0)) listener.failed(error);
  }

  #addTogether(records: readonly LogRecord[], producer: LogProducer | undefined): void {
    const size = sizeOf(records);
    const last = this.#waiting.at(-1);
    if (last !== undefined && last.sizeInBytes + size <= this.#maxBatchBytes() && isOfProducer(last, producer)) {
      this.#waitingBytes += size;
      last.records.push(...records);
      last.sizeInBytes += size;
    } else {
      const sizeInBytes = BATCH_OVERHEAD_BYTES + size;
      this.#push({ records: [...records], producer, marker: undefined, sizeInBytes, listeners: [] });
    }
  }

  #push(batch: Batch): void {
    this.#waiting.push(batch);
    this.#waitingBytes += batch.sizeInBytes;
    const producer = batch.marker ?? batch.producer;
    if (producer !== undefined) this.#lastOfProducer.set(producer.producerId, batch);
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
      this.#waitingBytes -= batch.sizeInBytes;
      try {
        const appended = this.#append(batch);
        // From here on the log knows by itself.
        const producer = batch.marker ?? batch.producer;
        if (producer !== undefined && this.#lastOfProducer.get(producer.producerId) === batch)
          this.#lastOfProducer.delete(producer.producerId);
        await appended;
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

function isOfProducer(batch: Batch, producer: LogProducer | undefined): boolean {
  return (
    batch.marker === undefined &&
    batch.producer?.producerId === producer?.producerId &&
    batch.producer?.producerEpoch === producer?.producerEpoch
  );
}

function sizeOf(records: readonly LogRecord[]): number {
  let size = 0;
  for (const { key, value } of records) size += RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  return size;
}
