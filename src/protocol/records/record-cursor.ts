// Steps through the records of a magic 2 batch (already inflated) and finds where their parts stand. Hot path: it allocates nothing
// per record and always sees the same shapes; who wants views or numbers takes them from the fields after each `advance`.

import { InvalidRecordBatchError } from './invalid-record-batch-error.ts';

export class RecordCursor {
  /** Bits 0 to 7 of the record; Kafka uses none of them. */
  attributes = 0;
  /** A number unless the delta is beyond 49 bits. */
  timestampDelta: number | bigint = 0;
  offsetDelta = 0;
  keyStart = 0;
  /** -1: null. */
  keyLength = -1;
  valueStart = 0;
  /** -1: null. */
  valueLength = -1;
  headerCount = 0;
  headersStart = 0;
  readonly buffer: Buffer;
  readonly #batchEnd: number;
  readonly #recordCount: number;
  #position: number;
  #index = -1;
  // The end of what may be read now: of the batch while a length is read, then of the record.
  #end: number;

  constructor(buffer: Buffer, start: number, end: number, recordCount: number) {
    this.buffer = buffer;
    this.#position = start;
    this.#batchEnd = end;
    this.#end = end;
    this.#recordCount = recordCount;
    if (recordCount < 0) throw invalid('record-count', `the batch claims ${recordCount} records`);
    // A record has at least seven bytes: a count that cannot be true is refused before anyone allocates for it.
    if (recordCount * MIN_RECORD_BYTES > end - start) {
      throw invalid('record-count', `the batch claims ${recordCount} records in ${end - start} bytes`);
    }
  }

  /** Index of the current record, -1 before the first. */
  get index(): number {
    return this.#index;
  }

  /** Goes to the next record; false behind the last. Throws INVALID_RECORD where bytes and claims do not agree. */
  advance(): boolean {
    if (this.#index + 1 >= this.#recordCount) {
      if (this.#position !== this.#batchEnd) {
        throw invalid('record-count', `${this.#batchEnd - this.#position} bytes are left behind the last record`);
      }
      return false;
    }
    this.#index++;
    this.#end = this.#batchEnd;
    const size = this.#readVarint();
    if (size < 0 || size > this.#batchEnd - this.#position) {
      throw invalid(
        'record',
        `record ${this.#index} claims ${size} bytes, ${this.#batchEnd - this.#position} are left`,
      );
    }
    this.#end = this.#position + size;
    if (size === 0) throw this.#tooShort();
    this.attributes = this.buffer[this.#position++] as number;
    this.timestampDelta = this.#readVarlong();
    this.offsetDelta = this.#readVarint();
    this.keyLength = this.#readLength();
    this.keyStart = this.#skip(this.keyLength);
    this.valueLength = this.#readLength();
    this.valueStart = this.#skip(this.valueLength);
    this.headerCount = this.#readVarint();
    if (this.headerCount < 0 || this.headerCount > this.#end - this.#position) {
      throw invalid('record', `record ${this.#index} claims ${this.headerCount} headers`);
    }
    this.headersStart = this.#position;
    for (let i = 0; i < this.headerCount; i++) {
      const nameLength = this.#readLength();
      if (nameLength < 0) throw invalid('record', `record ${this.#index} has a header without a name`);
      this.#skip(nameLength);
      this.#skip(this.#readLength());
    }
    if (this.#position !== this.#end) {
      throw invalid('record', `record ${this.#index} is ${this.#end - this.#position} bytes shorter than it claims`);
    }
    return true;
  }

  /** Calls `visit` with where each header of the current record stands; the value's length is -1 for null. */
  visitHeaders(visit: (nameStart: number, nameEnd: number, valueStart: number, valueLength: number) => void): void {
    const resume = this.#position;
    this.#position = this.headersStart;
    for (let i = 0; i < this.headerCount; i++) {
      const nameLength = this.#readLength();
      const nameStart = this.#skip(nameLength);
      const valueLength = this.#readLength();
      visit(nameStart, nameStart + nameLength, this.#skip(valueLength), valueLength);
    }
    this.#position = resume;
  }

  /** Start of `length` bytes that are jumped over; nothing for -1. */
  #skip(length: number): number {
    const start = this.#position;
    if (length > this.#end - start) {
      throw invalid('record', `record ${this.#index} has a field of ${length} bytes, ${this.#end - start} are left`);
    }
    if (length > 0) this.#position = start + length;
    return start;
  }

  /** Every negative length means null, as in Kafka. */
  #readLength(): number {
    const length = this.#readVarint();
    return length < 0 ? -1 : length;
  }

  #readVarint(): number {
    const buffer = this.buffer;
    const end = this.#end;
    let at = this.#position;
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      if (at >= end) throw this.#tooShort();
      const byte = buffer[at++] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.#position = at;
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw invalid('record', `record ${this.#index} has a varint of more than 5 bytes`);
  }

  #readVarlong(): number | bigint {
    const buffer = this.buffer;
    const end = this.#end;
    const start = this.#position;
    let at = start;
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 7; i++) {
      if (at >= end) throw this.#tooShort();
      const byte = buffer[at++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        this.#position = at;
        return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      }
      scale *= 0x80;
    }
    let wide = BigInt(value);
    for (let shift = 49n; shift <= 63n; shift += 7n) {
      if (at >= end) throw this.#tooShort();
      const byte = buffer[at++] as number;
      wide |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.#position = at;
        wide = BigInt.asUintN(64, wide);
        return (wide >> 1n) ^ -(wide & 1n);
      }
    }
    throw invalid('record', `record ${this.#index} has a varint of more than 10 bytes`);
  }

  #tooShort(): InvalidRecordBatchError {
    return invalid('record', `record ${this.#index} ends too early`);
  }
}

// Size, attributes, timestamp delta, offset delta, key length, value length, header count.
const MIN_RECORD_BYTES = 7;

function invalid(reason: 'record' | 'record-count', detail: string): InvalidRecordBatchError {
  return new InvalidRecordBatchError('INVALID_RECORD', reason, `Cannot read records: ${detail}`);
}
