// Which transactions the cleaner is inside of as it goes through a log: batches of aborted ones go, and a marker may go once nothing of its
// transaction is left.

import { type BatchHeader, isTransactional, readEndTransactionMarker, readRecords } from '../../protocol/index.ts';
import type { AbortedTransactionEntry } from '../transaction-index.ts';

interface AbortedTransaction {
  readonly entry: AbortedTransactionEntry;
  hasBatches: boolean;
}

export class CleanedTransactions {
  readonly #onAbortKept: (entry: AbortedTransactionEntry) => void;
  /** Rising by first offset; not reached yet. */
  #ahead: AbortedTransactionEntry[] = [];
  readonly #aborted = new Map<bigint, AbortedTransaction>();
  readonly #committed = new Set<bigint>();

  /** `onAbortKept` gets the aborted transactions of which batches or the marker stay, in the order of their markers. */
  constructor(onAbortKept: (entry: AbortedTransactionEntry) => void = () => {}) {
    this.#onAbortKept = onAbortKept;
  }

  /** What the indexes say of the offsets that come next. One that was given before may come again. */
  addAborted(entries: readonly AbortedTransactionEntry[]): void {
    this.#ahead = [...this.#ahead, ...entries].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  }

  /** Takes in a batch of data. True when it is of an aborted transaction. */
  onBatch(header: BatchHeader): boolean {
    this.#enter(header.lastOffset);
    if (!isTransactional(header.attributes)) return false;
    const aborted = this.#aborted.get(header.producerId);
    if (aborted === undefined) {
      this.#committed.add(header.producerId);
      return false;
    }
    aborted.hasBatches = true;
    return true;
  }

  /** Takes in a control batch. True when nothing of its transaction was met, so that it can go after its time. */
  onControlBatch(header: BatchHeader, bytes: Buffer): boolean {
    this.#enter(header.lastOffset);
    const [record] = readRecords(bytes, header);
    if (record === undefined) return true;
    const type = readEndTransactionMarker(record)?.type;
    if (type === 'COMMIT') return !this.#committed.delete(header.producerId);
    if (type !== 'ABORT') return false;
    const aborted = this.#aborted.get(header.producerId);
    this.#aborted.delete(header.producerId);
    if (aborted === undefined || !aborted.hasBatches) return true;
    this.#onAbortKept(aborted.entry);
    return false;
  }

  #enter(offset: bigint): void {
    let count = 0;
    for (const entry of this.#ahead) {
      if (entry.firstOffset > offset) break;
      if (!this.#aborted.has(entry.producerId)) this.#aborted.set(entry.producerId, { entry, hasBatches: false });
      count++;
    }
    if (count > 0) this.#ahead = this.#ahead.slice(count);
  }
}
