// The batches of one partition on their way to the broker: waiting, in flight, to be sent again; and the sequence numbers that let the
// broker recognise a repeated one. Decides only; the sender acts.

import type { Clock } from '../../platform/index.ts';
import { incrementSequence, type RecordInput } from '../../protocol/index.ts';
import type { TopicPartition } from '../topic-partition.ts';
import type { Delivery } from './delivery.ts';
import { type BatchParts, ProducerBatch, type ProducerIdentity } from './producer-batch.ts';
import type { ProducerSettings } from './producer-settings.ts';

export class PartitionQueue {
  readonly topic: string;
  readonly partition: number;
  /** No attempt before this time (monotonic, ms): the backoff after a failure. */
  notBeforeMs = 0;
  readonly #parts: BatchParts;
  readonly #settings: ProducerSettings;
  readonly #onChange: () => void;
  /** Never sent; the last one still takes records. Bounded by `bufferMemory`. */
  readonly #waiting: ProducerBatch[] = [];
  /** Sent before, in the order of their sequences. */
  readonly #again: ProducerBatch[] = [];
  readonly #inFlight = new Set<ProducerBatch>();
  #identity: ProducerIdentity | undefined;
  #nextSequence = 0;
  #nextOrdinal = 0;
  #expectedBytes = 0;
  #hasGap = false;
  /** The leader has written something of the identity. One that it does not know yet may begin with any sequence number. */
  #isKnown = false;

  /** `onChange` hears when there may be more to send although nothing was appended or answered. */
  constructor({ topic, partition }: TopicPartition, parts: BatchParts, onChange: () => void) {
    this.topic = topic;
    this.partition = partition;
    this.#parts = parts;
    this.#settings = parts.settings;
    this.#onChange = onChange;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#again.length === 0 && this.#inFlight.size === 0;
  }

  /** The broker misses a sequence number that will never come, so this identity can write nothing more here. */
  get hasGap(): boolean {
    return this.#hasGap;
  }

  get identity(): ProducerIdentity | undefined {
    return this.#identity;
  }

  /** Batches that are not on their way. */
  get queuedBatches(): number {
    return this.#waiting.length + this.#again.length;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Takes the record into the last batch, or a new one. True when it began a batch, so that the one before it is complete. */
  append(record: RecordInput, delivery: Delivery, reservedBytes: number, clock: Clock): boolean {
    const last = this.#waiting.at(-1);
    if (last?.tryAppend(record, delivery)) {
      last.reservedBytes += reservedBytes;
      if (reservedBytes > last.maxRecordBytes) last.maxRecordBytes = reservedBytes;
      return false;
    }
    // The next batch will be about as large as the last.
    if (last) this.#expectedBytes = last.bytesBeforeCompression;
    last?.compressAside(this.#onChange);
    const expectedBytes = Math.max(this.#expectedBytes, reservedBytes);
    const place = { ordinal: this.#nextOrdinal++, createdMs: clock.monotonic(), expectedBytes };
    const batch = new ProducerBatch(this, place, this.#parts);
    if (!batch.tryAppend(record, delivery))
      throw new Error(`A new batch of ${this.topic}-${this.partition} did not take its first record`);
    batch.reservedBytes = reservedBytes;
    batch.maxRecordBytes = reservedBytes;
    this.#waiting.push(batch);
    return true;
  }

  /** The batch to send now, if there is one; it is still in the queue until `take`. */
  next(nowMs: number, isFlushing: boolean): ProducerBatch | undefined {
    if (nowMs < this.notBeforeMs) return undefined;
    if (this.#again.length > 0) return this.#nextAgain();
    if (this.#hasGap || this.#inFlight.size >= this.#maxInFlight) return undefined;
    const [batch] = this.#waiting;
    if (batch === undefined) return undefined;
    if (!isFlushing && !this.#isComplete(batch) && nowMs < this.#dueMs(batch)) return undefined;
    batch.compressAside(this.#onChange);
    return batch.isCompressing ? undefined : batch;
  }

  /** When the next batch may be due (monotonic, ms), undefined when only an answer or `onChange` can change anything. */
  nextDueMs(): number | undefined {
    if (this.#again.length > 0) return this.#nextAgain() && this.notBeforeMs;
    const [batch] = this.#waiting;
    if (batch === undefined || this.#hasGap || this.#inFlight.size >= this.#maxInFlight) return undefined;
    if (batch.isCompressing) return undefined;
    return Math.max(this.#isComplete(batch) ? 0 : this.#dueMs(batch), this.notBeforeMs);
  }

  /** Moves a batch that `next` gave into flight, stamped where the producer is idempotent. */
  take(batch: ProducerBatch, identity: ProducerIdentity | undefined): void {
    // A partition changes to a newer identity only when nothing of it is under way.
    if (identity && identity !== this.#identity && this.#inFlight.size === 0 && this.#again.length === 0)
      this.renew(identity);
    if (this.#again.includes(batch)) removeFrom(this.#again, batch);
    else removeFrom(this.#waiting, batch);
    batch.attempts++;
    this.#inFlight.add(batch);
    if (this.#identity && batch.baseSequence < 0) this.#stamp(batch, this.#identity);
  }

  /** It was written, or will never be. */
  finish(batch: ProducerBatch, wasWritten: boolean): void {
    this.#inFlight.delete(batch);
    if (wasWritten) this.#isKnown = true;
    if (!wasWritten && batch.baseSequence >= 0) this.#hasGap = true;
  }

  /** It goes again. `outOfOrder`: the broker refused it because one before it is missing, so it was not written. */
  sendAgain(batch: ProducerBatch, outOfOrder: boolean): void {
    const isOldest = !this.#hasOlder(batch);
    this.#inFlight.delete(batch);
    if (outOfOrder) batch.unsettledAttempts = 0;
    // Nothing before it is on its way: what the broker misses will not come.
    if (outOfOrder && isOldest) this.#hasGap = true;
    const index = this.#again.findIndex((other) => isBefore(batch, other));
    this.#again.splice(index < 0 ? this.#again.length : index, 0, batch);
  }

  /** The leader takes no batch as large as this: its halves go in its place. False when it cannot be made smaller. */
  split(batch: ProducerBatch): boolean {
    if (batch.recordCount < 2) return false;
    this.#inFlight.delete(batch);
    const index = this.#again.findIndex((other) => isBefore(batch, other));
    this.#again.splice(index < 0 ? this.#again.length : index, 0, ...batch.split());
    return true;
  }

  /** True when a new identity is needed before anything more can be sent, and nothing in the queue may have been written by the old one. */
  get needsIdentity(): boolean {
    return this.#hasGap && this.#inFlight.size === 0 && this.#again.every((batch) => batch.unsettledAttempts === 0);
  }

  /** Goes on under a new identity: sequences begin at 0, also those of the batches that go again. */
  renew(identity: ProducerIdentity): void {
    this.#identity = identity;
    this.#nextSequence = 0;
    this.#hasGap = false;
    this.#isKnown = false;
    for (const batch of this.#again) this.#stamp(batch, identity);
  }

  /** Takes out everything that is not in flight and older than the limit. */
  takeExpired(nowMs: number): ProducerBatch[] {
    const bornMs = nowMs - this.#settings.deliveryTimeoutMs;
    const expired = [...takeOlder(this.#again, bornMs), ...takeOlder(this.#waiting, bornMs)];
    if (expired.some((batch) => batch.baseSequence >= 0)) this.#hasGap = true;
    return expired;
  }

  /** Older than the limit, on their way, and not given up yet. */
  expiredInFlight(nowMs: number): ProducerBatch[] {
    const bornMs = nowMs - this.#settings.deliveryTimeoutMs;
    return [...this.#inFlight].filter(({ createdMs, isDone }) => !isDone && createdMs <= bornMs);
  }

  /** When the delivery time of the oldest batch is over (monotonic, ms); infinity without one. */
  nextExpiryMs(): number {
    let bornMs = Math.min(this.#again[0]?.createdMs ?? Infinity, this.#waiting[0]?.createdMs ?? Infinity);
    for (const { createdMs, isDone } of this.#inFlight) if (!isDone && createdMs < bornMs) bornMs = createdMs;
    return bornMs + this.#settings.deliveryTimeoutMs;
  }

  /** Takes out everything that is not in flight. */
  takeAll(): ProducerBatch[] {
    return [...this.#again.splice(0), ...this.#waiting.splice(0)];
  }

  /** One until the first is written: the second would be taken for the first, should that have to go again. */
  get #maxInFlight(): number {
    return this.#identity === undefined || this.#isKnown ? this.#settings.maxInFlight : 1;
  }

  /** After a failure one goes at a time, so that the order is kept; behind a gap only what the old identity may have written. */
  #nextAgain(): ProducerBatch | undefined {
    if (this.#inFlight.size > 0) return undefined;
    return this.#hasGap ? this.#again.find((batch) => batch.unsettledAttempts > 0) : this.#again[0];
  }

  #stamp(batch: ProducerBatch, identity: ProducerIdentity): void {
    batch.stamp(identity, this.#nextSequence);
    this.#nextSequence = incrementSequence(this.#nextSequence, batch.recordCount);
  }

  #hasOlder(batch: ProducerBatch): boolean {
    const isOlder = (other: ProducerBatch) => other !== batch && isBefore(other, batch);
    return this.#again.some(isOlder) || [...this.#inFlight].some(isOlder);
  }

  #isComplete(batch: ProducerBatch): boolean {
    return this.#waiting.length > 1 || batch.sizeInBytes >= this.#settings.batchSize || batch.isClosed;
  }

  #dueMs(batch: ProducerBatch): number {
    return batch.createdMs + this.#settings.lingerMs;
  }
}

function isBefore(left: ProducerBatch, right: ProducerBatch): boolean {
  return left.ordinal < right.ordinal;
}

/** The oldest come first. */
function takeOlder(batches: ProducerBatch[], bornMs: number): ProducerBatch[] {
  let count = 0;
  while (count < batches.length && (batches[count] as ProducerBatch).createdMs <= bornMs) count++;
  return batches.splice(0, count);
}

function removeFrom<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}
