// A coordinator's log in memory, for tests: it can hold appends back, lose them, and be read again as after a crash.

import type {
  CoordinatorLog,
  LoadVisitor,
  LogMarker,
  LogProducer,
  LogProducerState,
  LogRecord,
  TransactionalAppends,
} from './coordinator-log.ts';

interface HeldAppend {
  readonly partition: number;
  readonly batch: MemoryBatch;
  resolve(): void;
  reject(error: Error): void;
}

interface MemoryBatch {
  readonly records: readonly LogRecord[];
  readonly producer?: LogProducer | undefined;
  readonly marker?: LogMarker;
}

export class MemoryLog implements CoordinatorLog {
  /** What is committed. */
  readonly #batches = new Map<number, MemoryBatch[]>();
  /** The next load rejects with it. */
  loadError: Error | undefined;
  /** While true, appends wait for `commit` or `fail`. */
  isHolding = false;
  readonly #maxBatchBytes: number;
  readonly #held: HeldAppend[] = [];

  constructor(maxBatchBytes = 1024 * 1024) {
    this.#maxBatchBytes = maxBatchBytes;
  }

  append(partition: number, records: readonly LogRecord[]): Promise<void> {
    return this.#append(partition, { records });
  }

  readonly transactions: TransactionalAppends = {
    append: (partition, records, producer) => this.#append(partition, { records, producer }),
    appendMarker: (partition, marker) => this.#append(partition, { records: [], marker }),
    producer: (partition, producerId) => this.#producer(partition, producerId),
  };

  async load(partition: number, visitor: LoadVisitor): Promise<void> {
    await undefined;
    const { loadError } = this;
    this.loadError = undefined;
    if (loadError !== undefined) throw loadError;
    let offset = 0n;
    for (const { records, producer, marker } of this.#batches.get(partition) ?? []) {
      for (const record of records) visitor.record(record, offset++, producer);
      if (marker !== undefined) visitor.marker?.(marker, offset++);
    }
  }

  maxBatchBytes(): number {
    return this.#maxBatchBytes;
  }

  /** The records of each committed batch. */
  batches(partition: number): (readonly LogRecord[])[] {
    return (this.#batches.get(partition) ?? []).map(({ records }) => records);
  }

  records(partition: number): LogRecord[] {
    return this.batches(partition).flat();
  }

  get held(): number {
    return this.#held.length;
  }

  /** Commits everything held. */
  commit(): void {
    for (const { partition, batch, resolve } of this.#held.splice(0)) {
      this.#write(partition, batch);
      resolve();
    }
  }

  /** Rejects everything held. `isWritten`: the records are in the log all the same, as after a lost answer. */
  fail(error: Error, isWritten = false): void {
    for (const { partition, batch, reject } of this.#held.splice(0)) {
      if (isWritten) this.#write(partition, batch);
      reject(error);
    }
  }

  #append(partition: number, batch: MemoryBatch): Promise<void> {
    const settled = new Promise<void>((resolve, reject) => {
      this.#held.push({ partition, batch, resolve, reject });
    });
    if (!this.isHolding) this.commit();
    return settled;
  }

  #producer(partition: number, producerId: bigint): LogProducerState | undefined {
    const held = this.#held.filter((append) => append.partition === partition).map(({ batch }) => batch);
    let state: LogProducerState | undefined;
    for (const { producer, marker } of [...(this.#batches.get(partition) ?? []), ...held]) {
      if (producer?.producerId === producerId) {
        const { producerEpoch } = producer;
        state = { producerEpoch, coordinatorEpoch: state?.coordinatorEpoch ?? -1, hasOpenTransaction: true };
      } else if (marker?.producerId === producerId) {
        const { producerEpoch, coordinatorEpoch } = marker;
        state = { producerEpoch, coordinatorEpoch, hasOpenTransaction: false };
      }
    }
    return state;
  }

  #write(partition: number, batch: MemoryBatch): void {
    const batches = this.#batches.get(partition) ?? [];
    batches.push(batch);
    this.#batches.set(partition, batches);
  }
}
