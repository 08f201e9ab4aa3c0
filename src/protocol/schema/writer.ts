// Writes the primitive types of the Kafka protocol into a buffer that grows. Large byte fields are not copied: they become chunks
// of their own, so the result is a list for one writev. Values that their type cannot hold are refused, never cut.
// Hot path: every request and response passes here.

import { KafkaError } from '../errors.ts';
import { MAX_STRING_BYTES, MIN_REFERENCED_BYTES } from './limits.ts';
import { UnwritableMessageError } from './malformed-message-error.ts';
import { isUuid, UUID_BYTES, ZERO_UUID } from './uuid.ts';

/** Byte fields of unparsed records may be given in pieces, e.g. one per fetched segment. */
export type RecordsInput = Buffer | readonly Buffer[];

export class Writer {
  /** What is being written, for errors. */
  subject = 'message';
  readonly #chunks: Buffer[] = [];
  #chunkBytes = 0;
  #buffer: Buffer;
  #view: DataView;
  /** Where the bytes begin that are not yet part of a chunk. */
  #start = 0;
  #offset = 0;

  constructor(initialCapacity = MIN_BUFFER_BYTES) {
    this.#buffer = Buffer.allocUnsafe(initialCapacity);
    this.#view = viewOf(this.#buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#chunkBytes + this.#offset - this.#start;
  }

  /** All that was written, in order. The writer is not to be used afterwards. */
  finish(): Buffer[] {
    this.#closeChunk();
    return this.#chunks;
  }

  /** All that was written, as one buffer. The writer is not to be used afterwards. */
  finishJoined(): Buffer {
    const chunks = this.finish();
    return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  }

  int8(value: number, field: string): void {
    if (typeof value !== 'number' || (value << 24) >> 24 !== value) this.#refuse(value, 'an int8', field);
    const at = this.#claim(1);
    this.#view.setInt8(at, value);
  }

  boolean(value: boolean, field: string): void {
    if (typeof value !== 'boolean') this.#refuse(value, 'a boolean', field);
    const at = this.#claim(1);
    this.#view.setInt8(at, value ? 1 : 0);
  }

  int16(value: number, field: string): void {
    if (typeof value !== 'number' || (value << 16) >> 16 !== value) this.#refuse(value, 'an int16', field);
    const at = this.#claim(2);
    this.#view.setInt16(at, value);
  }

  uint16(value: number, field: string): void {
    if (typeof value !== 'number' || (value & 0xffff) !== value) this.#refuse(value, 'a uint16', field);
    const at = this.#claim(2);
    this.#view.setUint16(at, value);
  }

  int32(value: number, field: string): void {
    if (typeof value !== 'number' || (value | 0) !== value) this.#refuse(value, 'an int32', field);
    const at = this.#claim(4);
    this.#view.setInt32(at, value);
  }

  uint32(value: number, field: string): void {
    if (typeof value !== 'number' || value >>> 0 !== value) this.#refuse(value, 'a uint32', field);
    const at = this.#claim(4);
    this.#view.setUint32(at, value);
  }

  int64(value: bigint, field: string): void {
    if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) this.#refuse(value, 'an int64', field);
    const at = this.#claim(8);
    this.#view.setBigInt64(at, value);
  }

  float64(value: number, field: string): void {
    if (typeof value !== 'number') this.#refuse(value, 'a float64', field);
    const at = this.#claim(8);
    this.#view.setFloat64(at, value);
  }

  uuid(value: string, field: string): void {
    if (value === ZERO_UUID) {
      const start = this.#claim(UUID_BYTES);
      this.#buffer.fill(0, start, start + UUID_BYTES);
      return;
    }
    if (typeof value !== 'string' || !isUuid(value)) this.#refuse(value, 'a uuid of 22 base64url characters', field);
    const at = this.#claim(UUID_BYTES);
    this.#buffer.write(value, at, UUID_BYTES, 'base64url');
  }

  unsignedVarint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      const at = this.#claim(1);
      this.#view.setUint8(at, (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    const at = this.#claim(1);
    this.#view.setUint8(at, rest);
  }

  string(value: string, field: string): void {
    const length = this.#textLength(value, field);
    const at = this.#claim(2);
    this.#view.setInt16(at, length);
    this.#text(value, length);
  }

  nullableString(value: string | null, field: string): void {
    if (value === null) this.int16(-1, field);
    else this.string(value, field);
  }

  compactString(value: string, field: string): void {
    const length = this.#textLength(value, field);
    this.unsignedVarint(length + 1);
    this.#text(value, length);
  }

  compactNullableString(value: string | null, field: string): void {
    if (value === null) this.unsignedVarint(0);
    else this.compactString(value, field);
  }

  bytes(value: RecordsInput, field: string): void {
    this.int32(this.#bytesLength(value, field), field);
    this.#bytes(value);
  }

  nullableBytes(value: RecordsInput | null, field: string): void {
    if (value === null) this.int32(-1, field);
    else this.bytes(value, field);
  }

  compactBytes(value: RecordsInput, field: string): void {
    this.unsignedVarint(this.#bytesLength(value, field) + 1);
    this.#bytes(value);
  }

  compactNullableBytes(value: RecordsInput | null, field: string): void {
    if (value === null) this.unsignedVarint(0);
    else this.compactBytes(value, field);
  }

  arrayLength(value: readonly unknown[], field: string): void {
    if (!Array.isArray(value)) this.#refuse(value, 'an array', field);
    const at = this.#claim(4);
    this.#view.setInt32(at, value.length);
  }

  compactArrayLength(value: readonly unknown[], field: string): void {
    if (!Array.isArray(value)) this.#refuse(value, 'an array', field);
    this.unsignedVarint(value.length + 1);
  }

  nullableArrayLength(value: readonly unknown[] | null, field: string): void {
    if (value === null) this.int32(-1, field);
    else this.arrayLength(value, field);
  }

  compactNullableArrayLength(value: readonly unknown[] | null, field: string): void {
    if (value === null) this.unsignedVarint(0);
    else this.compactArrayLength(value, field);
  }

  /** Bytes as they are, without a length before them. */
  raw(value: Buffer): void {
    if (value.length >= MIN_REFERENCED_BYTES) {
      this.#closeChunk();
      this.#addChunk(value);
    } else {
      const at = this.#claim(value.length);
      value.copy(this.#buffer, at);
    }
  }

  /** A writer for the content of a tagged field, whose length has to go before it. */
  nested(): Writer {
    const writer = new Writer(128);
    writer.subject = this.subject;
    return writer;
  }

  taggedField(tag: number, content: Writer): void {
    this.unsignedVarint(tag);
    this.unsignedVarint(content.length);
    for (const chunk of content.finish()) this.raw(chunk);
  }

  /** For a struct that is absent or no object at all. */
  expectObject(value: unknown, field: string): void {
    if (typeof value !== 'object' || value === null) this.#refuse(value, 'an object', field);
  }

  /** For a value that the version being written has no place for. */
  failUnsupported(field: string): never {
    throw new KafkaError(
      'UNSUPPORTED_VERSION',
      `Cannot write ${this.subject}: this version has no field ${field}, which is set`,
    );
  }

  #textLength(value: string, field: string): number {
    if (typeof value !== 'string') this.#refuse(value, 'a string', field);
    const length = Buffer.byteLength(value, 'utf8');
    if (length > MAX_STRING_BYTES) this.#fail(field, `has ${length} bytes, the longest string has ${MAX_STRING_BYTES}`);
    return length;
  }

  #text(value: string, length: number): void {
    const at = this.#claim(length);
    this.#buffer.write(value, at, length, 'utf8');
  }

  #bytesLength(value: RecordsInput, field: string): number {
    if (Buffer.isBuffer(value)) return value.length;
    if (!Array.isArray(value)) this.#refuse(value, 'a Buffer', field);
    let length = 0;
    for (const chunk of value) {
      if (!Buffer.isBuffer(chunk)) this.#refuse(chunk, 'a Buffer', field);
      length += chunk.length;
    }
    return length;
  }

  #bytes(value: RecordsInput): void {
    if (Buffer.isBuffer(value)) this.raw(value);
    else for (const chunk of value as readonly Buffer[]) this.raw(chunk);
  }

  /** Makes room, and may replace buffer and view: it goes before they are looked at. */
  #claim(size: number): number {
    const start = this.#offset;
    if (start + size > this.#buffer.length) return this.#grow(size);
    this.#offset = start + size;
    return start;
  }

  #grow(size: number): number {
    const pending = this.#offset - this.#start;
    const grown = Buffer.allocUnsafe(Math.max(MIN_BUFFER_BYTES, 2 * (pending + size)));
    this.#buffer.copy(grown, 0, this.#start, this.#offset);
    this.#buffer = grown;
    this.#view = viewOf(grown);
    this.#start = 0;
    this.#offset = pending + size;
    return pending;
  }

  #closeChunk(): void {
    if (this.#offset === this.#start) return;
    const chunk = this.#buffer.subarray(this.#start, this.#offset);
    this.#start = this.#offset;
    this.#addChunk(chunk);
  }

  #addChunk(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#chunkBytes += chunk.length;
  }

  #refuse(value: unknown, expected: string, field: string): never {
    if (value === undefined) this.#fail(field, 'is missing');
    if (value === null) this.#fail(field, 'is null, which this version does not allow');
    const shown = typeof value === 'object' ? 'an object' : `${typeof value} ${String(value)}`;
    this.#fail(field, `must be ${expected}, not ${shown}`);
  }

  #fail(field: string, reason: string): never {
    throw new UnwritableMessageError(this.subject, field, reason);
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
}

const MIN_BUFFER_BYTES = 512;
