// Writes record batches of magic 2. Hot path of every producer: one pass per record into one growing buffer, sizes computed
// beforehand so that nothing is moved, no objects per record.

import { type CompressionType, compress } from '../compression/index.ts';
import { encodeAttributes, type TimestampType } from './attributes.ts';
import { BATCH_FIELD, BATCH_HEADER_BYTES, LOG_OVERHEAD_BYTES, writeBatchCrc } from './batch-header.ts';
import { NO_HEADERS, type RecordHeader, type RecordInput } from './record.ts';
import { narrow, sizeOfVarint, sizeOfVarlong, writeVarint, writeVarlong } from './varint.ts';

/** Every field has the value that means "none" in Kafka unless given. */
export interface BatchOptions {
  readonly baseOffset?: bigint;
  readonly partitionLeaderEpoch?: number;
  readonly compression?: CompressionType;
  /** Kafka's level of the codec; its default unless given. */
  readonly compressionLevel?: number | undefined;
  readonly timestampType?: Exclude<TimestampType, 'NoTimestampType'>;
  /** The greatest of the records unless given. A LogAppendTime batch needs it: it is the time of the append. */
  readonly maxTimestamp?: bigint;
  readonly producerId?: bigint;
  readonly producerEpoch?: number;
  readonly baseSequence?: number;
  readonly isTransactional?: boolean;
  readonly isControl?: boolean;
  /** Stands in the base timestamp, with the attribute that says so (KIP-534). */
  readonly deleteHorizonMs?: bigint;
  /** That of the last record unless given: compaction keeps it when the last records go. Needed where there are no records. */
  readonly lastOffsetDelta?: number;
}

const INITIAL_BYTES = 512;
const MAX_INT32 = 2 ** 31 - 1;

export class BatchBuilder {
  readonly #options: BatchOptions;
  readonly #baseOffset: bigint;
  #buffer: Buffer;
  #position = BATCH_HEADER_BYTES;
  #recordCount = 0;
  #lastOffsetDelta = -1;
  #baseTimestamp: bigint;
  #maxTimestamp = -1n;
  #isBuilt = false;

  /** `room`: bytes to begin with, or a buffer to write in, which the built batch is a view on unless it outgrew it. */
  constructor(options: BatchOptions = {}, room: number | Buffer = INITIAL_BYTES) {
    this.#options = options;
    this.#baseOffset = options.baseOffset ?? 0n;
    this.#baseTimestamp = options.deleteHorizonMs ?? -1n;
    this.#buffer = typeof room === 'number' ? Buffer.allocUnsafe(Math.max(room, BATCH_HEADER_BYTES)) : room;
  }

  get recordCount(): number {
    return this.#recordCount;
  }

  /** Bytes of the batch so far, before compression. */
  get sizeInBytes(): number {
    return this.#position;
  }

  /** The records so far, not compressed: for who has them compressed elsewhere and gives `build` the result. A view that ends with the next append. */
  get records(): Buffer {
    return this.#buffer.subarray(BATCH_HEADER_BYTES, this.#position);
  }

  append(record: RecordInput): void {
    this.tryAppend(record, MAX_INT32);
  }

  /** Appends unless the batch, before compression, would exceed `maxBatchBytes`; the first record always fits. */
  tryAppend(record: RecordInput, maxBatchBytes: number): boolean {
    if (this.#isBuilt) throw new Error('Cannot append: the batch is already built');
    const { timestamp, key, value } = record;
    const headers = record.headers ?? NO_HEADERS;
    if (timestamp < -1n) throw new RangeError(`Cannot append record: timestamp ${timestamp} is negative`);
    const offsetDelta = this.#nextOffsetDelta(record.offset);
    const baseTimestamp =
      this.#recordCount === 0 && this.#options.deleteHorizonMs === undefined ? timestamp : this.#baseTimestamp;
    // Wraps where the distance between two timestamps needs 65 bits, as the sum of the reader does.
    const timestampDelta = timestamp === baseTimestamp ? 0 : narrow(BigInt.asIntN(64, timestamp - baseTimestamp));

    const bodyBytes =
      1 +
      sizeOfVarlong(timestampDelta) +
      sizeOfVarint(offsetDelta) +
      sizeOfField(key) +
      sizeOfField(value) +
      sizeOfVarint(headers.length) +
      (headers.length === 0 ? 0 : sizeOfHeaders(headers));
    const end = this.#position + sizeOfVarint(bodyBytes) + bodyBytes;
    if (end > maxBatchBytes && this.#recordCount > 0) return false;
    if (end > MAX_INT32) throw new RangeError(`Cannot append record: the batch would have ${end} bytes`);
    if (end > this.#buffer.length) this.#grow(end);

    const buffer = this.#buffer;
    let at = writeVarint(buffer, this.#position, bodyBytes);
    // No attribute of a record is in use.
    buffer[at++] = 0;
    at = writeVarlong(buffer, at, timestampDelta);
    at = writeVarint(buffer, at, offsetDelta);
    at = writeField(buffer, at, key);
    at = writeField(buffer, at, value);
    at = writeVarint(buffer, at, headers.length);
    if (headers.length > 0) at = writeHeaders(buffer, at, headers);

    this.#position = at;
    this.#recordCount++;
    this.#lastOffsetDelta = offsetDelta;
    this.#baseTimestamp = baseTimestamp;
    if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp;
    return true;
  }

  /**
   * Finishes the batch. `late` overrides what a producer learns only when it sends: producer state, transaction. `compressed` is what `records`
   * compress to, where that was done before.
   */
  build(late: BatchOptions = {}, compressed?: Buffer): Buffer {
    if (this.#isBuilt) throw new Error('Cannot build: the batch is already built');
    this.#isBuilt = true;
    const options = { ...this.#options, ...late };
    const lastOffsetDelta = options.lastOffsetDelta ?? this.#lastOffsetDelta;
    if (lastOffsetDelta < Math.max(0, this.#lastOffsetDelta)) {
      throw new RangeError(`Cannot build batch: last offset delta ${lastOffsetDelta} is below its last record's`);
    }
    const timestampType = options.timestampType ?? 'CreateTime';
    if (timestampType === 'LogAppendTime' && options.maxTimestamp === undefined) {
      throw new RangeError('Cannot build batch: LogAppendTime needs the time of the append');
    }
    const compression = options.compression ?? 'none';
    const batch = this.#finish(compression, options.compressionLevel, compressed);
    batch.writeBigInt64BE(this.#baseOffset, BATCH_FIELD.baseOffset);
    batch.writeInt32BE(batch.length - LOG_OVERHEAD_BYTES, BATCH_FIELD.batchLength);
    batch.writeInt32BE(options.partitionLeaderEpoch ?? -1, BATCH_FIELD.partitionLeaderEpoch);
    batch.writeInt8(2, BATCH_FIELD.magic);
    const attributes = encodeAttributes({
      compression: this.#recordCount === 0 ? 'none' : compression,
      timestampType,
      isTransactional: options.isTransactional ?? false,
      isControl: options.isControl ?? false,
      hasDeleteHorizon: options.deleteHorizonMs !== undefined,
    });
    batch.writeInt16BE(attributes, BATCH_FIELD.attributes);
    batch.writeInt32BE(lastOffsetDelta, BATCH_FIELD.lastOffsetDelta);
    batch.writeBigInt64BE(this.#baseTimestamp, BATCH_FIELD.baseTimestamp);
    batch.writeBigInt64BE(options.maxTimestamp ?? this.#maxTimestamp, BATCH_FIELD.maxTimestamp);
    batch.writeBigInt64BE(options.producerId ?? -1n, BATCH_FIELD.producerId);
    batch.writeInt16BE(options.producerEpoch ?? -1, BATCH_FIELD.producerEpoch);
    batch.writeInt32BE(options.baseSequence ?? -1, BATCH_FIELD.baseSequence);
    batch.writeInt32BE(this.#recordCount, BATCH_FIELD.recordCount);
    writeBatchCrc(batch, 0);
    return batch;
  }

  /** The bytes of the batch with room for its header: the builder's own buffer, unless compressed records do not fit there. */
  #finish(compression: CompressionType, level: number | undefined, compressed: Buffer | undefined): Buffer {
    if (compression === 'none' || this.#recordCount === 0) return this.#buffer.subarray(0, this.#position);
    const records = compressed ?? compress(compression, this.records, level);
    const sizeInBytes = BATCH_HEADER_BYTES + records.length;
    // Where they came from, as they are rarely larger: buffers that come and go are what makes the garbage collector run.
    const batch = sizeInBytes <= this.#buffer.length ? this.#buffer : Buffer.allocUnsafe(sizeInBytes);
    records.copy(batch, BATCH_HEADER_BYTES);
    return batch.subarray(0, sizeInBytes);
  }

  #nextOffsetDelta(offset: bigint | undefined): number {
    const delta = offset === undefined ? this.#lastOffsetDelta + 1 : Number(offset - this.#baseOffset);
    if (delta > this.#lastOffsetDelta && delta <= MAX_INT32) return delta;
    throw new RangeError(
      `Cannot append record: offset ${offset ?? 'after the last'} does not follow ${this.#baseOffset + BigInt(this.#lastOffsetDelta)}`,
    );
  }

  #grow(neededBytes: number): void {
    const grown = Buffer.allocUnsafe(Math.max(neededBytes, this.#buffer.length * 2));
    this.#buffer.copy(grown, BATCH_HEADER_BYTES, BATCH_HEADER_BYTES, this.#position);
    this.#buffer = grown;
  }
}

export interface EncodeBatchOptions extends BatchOptions {
  readonly records: Iterable<RecordInput>;
}

/** One whole batch. */
export function encodeBatch(options: EncodeBatchOptions): Buffer {
  const builder = new BatchBuilder(options);
  for (const record of options.records) builder.append(record);
  return builder.build();
}

function sizeOfField(field: Buffer | null): number {
  // Null is a length of -1, one byte.
  return field === null ? 1 : sizeOfVarint(field.length) + field.length;
}

function writeField(buffer: Buffer, position: number, field: Buffer | null): number {
  if (field === null) return writeVarint(buffer, position, -1);
  const at = writeVarint(buffer, position, field.length);
  buffer.set(field, at);
  return at + field.length;
}

function sizeOfHeaders(headers: readonly RecordHeader[]): number {
  let size = 0;
  for (const [name, value] of headers) {
    const nameBytes = Buffer.byteLength(name);
    size += sizeOfVarint(nameBytes) + nameBytes + sizeOfField(value);
  }
  return size;
}

function writeHeaders(buffer: Buffer, position: number, headers: readonly RecordHeader[]): number {
  let at = position;
  for (const [name, value] of headers) {
    at = writeVarint(buffer, at, Buffer.byteLength(name));
    at += buffer.write(name, at);
    at = writeField(buffer, at, value);
  }
  return at;
}
