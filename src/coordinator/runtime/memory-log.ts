// A coordinator's log in memory, for tests: it can hold appends back, lose them, and be read again as after a crash.

import type { CoordinatorLog, LoadVisitor, LogRecord } from './coordinator-log.ts';

interface HeldAppend {
  readonly partition: number;
  readonly records: readonly LogRecord[];
  resolve(): void;
  reject(error: Error): void;
}

export class MemoryLog implements CoordinatorLog {
  /** The committed batches of each partition. */
  readonly batches = new Map<number, (readonly LogRecord[])[]>();
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
    const settled = new Promise<void>((resolve, reject) => {
      this.#held.push({ partition, records, resolve, reject });
    });
    if (!this.isHolding) this.commit();
    return settled;
  }

  async load(partition: number, visitor: LoadVisitor): Promise<void> {
    await undefined;
    const { loadError } = this;
    this.loadError = undefined;
    if (loadError !== undefined) throw loadError;
    let offset = 0n;
    for (const record of this.records(partition)) visitor.record(record, offset++);
  }

  maxBatchBytes(): number {
    return this.#maxBatchBytes;
  }

  records(partition: number): LogRecord[] {
    return (this.batches.get(partition) ?? []).flat();
  }

  get held(): number {
    return this.#held.length;
  }

  /** Commits everything held. */
  commit(): void {
    for (const { partition, records, resolve } of this.#held.splice(0)) {
      const batches = this.batches.get(partition) ?? [];
      this.batches.set(partition, [...batches, records]);
      resolve();
    }
  }

  /** Rejects everything held. `isWritten`: the records are in the log all the same, as after a lost answer. */
  fail(error: Error, isWritten = false): void {
    for (const { partition, records, reject } of this.#held.splice(0)) {
      if (isWritten) this.batches.set(partition, [...(this.batches.get(partition) ?? []), records]);
      reject(error);
    }
  }
}
