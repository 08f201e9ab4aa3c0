// The producers of a partition, their open transactions, and how appended batches change them. In memory; snapshots keep it.

import {
  type BatchHeader,
  isControl,
  isTransactional,
  lastSequence,
  readEndTransactionMarker,
  readRecords,
} from '../protocol/index.ts';
import { type ProducerEntry, withDataBatch, withMarker } from './producer-entry.ts';
import type { AbortedTransactionEntry } from './transaction-index.ts';

const NO_PRODUCER_ID = -1n;

/** A transaction that has ended: where it began, and where its marker is. */
interface EndedTransaction {
  readonly firstOffset: bigint;
  readonly markerOffset: bigint;
}

export class ProducerStates {
  readonly #expirationMs: () => number;
  // Made when first needed: most logs have no such producers, and an empty map is not small.
  #entries: Map<bigint, ProducerEntry> | undefined;
  /** Producers by the first offset of their open transaction. Rising, because a later transaction begins at a higher offset. */
  #openTransactions: Map<bigint, bigint> | undefined;
  /** Readers must not see the end of a transaction before its marker: these markers may still be above the high watermark. */
  #endedTransactions: EndedTransaction[] | undefined;

  constructor(expirationMs: () => number) {
    this.#expirationMs = expirationMs;
  }

  get size(): number {
    return this.#entries?.size ?? 0;
  }

  /** The entry of a producer, undefined when it is unknown or has expired. */
  get(producerId: bigint): ProducerEntry | undefined {
    return this.#entries?.get(producerId);
  }

  entries(): Iterable<ProducerEntry> {
    return this.#entries?.values() ?? [];
  }

  /** First offset of the oldest open transaction; undefined without one. */
  get firstOpenTransactionOffset(): bigint | undefined {
    return this.#openTransactions?.keys().next().value;
  }

  /**
   * First offset of the oldest transaction that is open or whose marker is not below `highWatermark`: what read_committed readers may see ends
   * there. Undefined without one. The high watermark given must not fall from call to call.
   */
  firstUnstableOffset(highWatermark: bigint): bigint | undefined {
    let first = this.firstOpenTransactionOffset;
    if (this.#endedTransactions === undefined) return first;
    this.#endedTransactions = this.#endedTransactions.filter(({ markerOffset }) => markerOffset >= highWatermark);
    for (const { firstOffset } of this.#endedTransactions) {
      if (first === undefined || firstOffset < first) first = firstOffset;
    }
    return first;
  }

  /**
   * Takes in a batch that was appended, or read back. `bytes` hold it from `header.position` on; only control batches are looked into, others need
   * none. Returns the transaction that the batch aborted, if it did.
   */
  applyBatch(header: BatchHeader, bytes: Buffer | undefined): AbortedTransactionEntry | undefined {
    if (header.producerId === NO_PRODUCER_ID) return undefined;
    if (isControl(header.attributes)) return this.#applyMarker(header, bytes);
    const before = this.get(header.producerId);
    const entry = withDataBatch(before, {
      producerId: header.producerId,
      producerEpoch: header.producerEpoch,
      batch: {
        firstSequence: header.baseSequence,
        lastSequence: lastSequence(header),
        firstOffset: header.baseOffset,
        lastOffset: header.lastOffset,
        timestamp: header.maxTimestamp,
      },
      isTransactional: isTransactional(header.attributes),
    });
    this.#set(entry);
    if (before?.currentTxnFirstOffset === undefined && entry.currentTxnFirstOffset !== undefined) this.#begin(entry);
    return undefined;
  }

  /** Forgets producers that wrote nothing for their expiration time and have no open transaction. */
  removeExpired(nowMs: number): void {
    for (const entry of this.entries()) {
      if (this.#hasExpired(entry, nowMs)) this.#entries?.delete(entry.producerId);
    }
  }

  /** Starts from what a snapshot holds, without what has expired. */
  load(entries: Iterable<ProducerEntry>, nowMs: number): void {
    this.clear();
    const open: ProducerEntry[] = [];
    for (const entry of entries) {
      if (this.#hasExpired(entry, nowMs)) continue;
      this.#set(entry);
      if (entry.currentTxnFirstOffset !== undefined) open.push(entry);
    }
    open.sort((a, b) => ((a.currentTxnFirstOffset ?? 0n) < (b.currentTxnFirstOffset ?? 0n) ? -1 : 1));
    for (const entry of open) this.#begin(entry);
  }

  clear(): void {
    this.#entries = undefined;
    this.#openTransactions = undefined;
    this.#endedTransactions = undefined;
  }

  #set(entry: ProducerEntry): void {
    this.#entries ??= new Map();
    this.#entries.set(entry.producerId, entry);
  }

  #begin({ producerId, currentTxnFirstOffset = 0n }: ProducerEntry): void {
    this.#openTransactions ??= new Map();
    this.#openTransactions.set(currentTxnFirstOffset, producerId);
  }

  #applyMarker(header: BatchHeader, bytes: Buffer | undefined): AbortedTransactionEntry | undefined {
    if (bytes === undefined)
      throw new Error(`Cannot apply the control batch at offset ${header.baseOffset}: its bytes are not there`);
    const [record] = readRecords(bytes, header);
    // Compaction may have emptied the batch: then the transaction is gone from the log as a whole.
    const marker = record && readEndTransactionMarker(record);
    if (record === undefined || marker === undefined) return undefined;
    const { producerId, producerEpoch, baseOffset } = header;
    const before = this.get(producerId);
    const { coordinatorEpoch } = marker;
    this.#set(withMarker(before, { producerId, producerEpoch, coordinatorEpoch, timestamp: record.timestamp }));
    const firstOffset = before?.currentTxnFirstOffset;
    if (firstOffset === undefined) return undefined;
    this.#openTransactions?.delete(firstOffset);
    this.#endedTransactions ??= [];
    this.#endedTransactions.push({ firstOffset, markerOffset: baseOffset });
    if (marker.type !== 'ABORT') return undefined;
    const lastStableOffset = this.firstOpenTransactionOffset ?? baseOffset + 1n;
    return { producerId, firstOffset, lastOffset: baseOffset, lastStableOffset };
  }

  #hasExpired(entry: ProducerEntry, nowMs: number): boolean {
    return (
      entry.currentTxnFirstOffset === undefined &&
      BigInt(Math.floor(nowMs)) - entry.lastTimestamp >= BigInt(this.#expirationMs())
    );
  }
}
