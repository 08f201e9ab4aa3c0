// Reads the primitive types of the Kafka protocol from a buffer. Whatever comes from the wire is hostile: each length is checked
// against what is left before anything is allocated. Bytes are given as views on the buffer, never as copies.
// Hot path: every request and response passes here.

import { MAX_ELEMENTS_PER_MESSAGE, MAX_STRING_BYTES } from './limits.ts';
import { MalformedMessageError } from './malformed-message-error.ts';
import { UUID_BYTES } from './uuid.ts';

export class Reader {
  readonly buffer: Buffer;
  /** The next byte to be read. */
  offset: number;
  /** One past the last byte that may be read; lowered while inside a tagged field. */
  end: number;
  /** What is being read, for errors. */
  subject = 'message';
  readonly #view: DataView;
  #elements = 0;

  constructor(buffer: Buffer, offset = 0, end = buffer.length) {
    this.buffer = buffer;
    this.offset = offset;
    this.end = end;
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  int8(field: string): number {
    return this.#view.getInt8(this.#take(1, field));
  }

  boolean(field: string): boolean {
    return this.#view.getInt8(this.#take(1, field)) !== 0;
  }

  int16(field: string): number {
    return this.#view.getInt16(this.#take(2, field));
  }

  uint16(field: string): number {
    return this.#view.getUint16(this.#take(2, field));
  }

  int32(field: string): number {
    return this.#view.getInt32(this.#take(4, field));
  }

  uint32(field: string): number {
    return this.#view.getUint32(this.#take(4, field));
  }

  int64(field: string): bigint {
    return this.#view.getBigInt64(this.#take(8, field));
  }

  float64(field: string): number {
    return this.#view.getFloat64(this.#take(8, field));
  }

  uuid(field: string): string {
    const start = this.#take(UUID_BYTES, field);
    return this.buffer.toString('base64url', start, start + UUID_BYTES);
  }

  /** At most five bytes, low bits first; the value has 32 bits without sign. */
  unsignedVarint(field: string): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#view.getUint8(this.#take(1, field));
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    return this.fail(field, 'a varint of more than five bytes');
  }

  string(field: string): string {
    return this.#text(this.#present(this.int16(field), field), field);
  }

  nullableString(field: string): string | null {
    const length = this.int16(field);
    return length < 0 ? null : this.#text(length, field);
  }

  compactString(field: string): string {
    return this.#text(this.#present(this.unsignedVarint(field) - 1, field), field);
  }

  compactNullableString(field: string): string | null {
    const length = this.unsignedVarint(field) - 1;
    return length < 0 ? null : this.#text(length, field);
  }

  bytes(field: string): Buffer {
    return this.#slice(this.#present(this.int32(field), field), field);
  }

  nullableBytes(field: string): Buffer | null {
    const length = this.int32(field);
    return length < 0 ? null : this.#slice(length, field);
  }

  compactBytes(field: string): Buffer {
    return this.#slice(this.#present(this.unsignedVarint(field) - 1, field), field);
  }

  compactNullableBytes(field: string): Buffer | null {
    const length = this.unsignedVarint(field) - 1;
    return length < 0 ? null : this.#slice(length, field);
  }

  arrayLength(field: string, minElementBytes: number): number {
    return this.#count(this.#present(this.int32(field), field), minElementBytes, field);
  }

  /** -1 stands for null. */
  nullableArrayLength(field: string, minElementBytes: number): number {
    const length = this.int32(field);
    return length < 0 ? -1 : this.#count(length, minElementBytes, field);
  }

  compactArrayLength(field: string, minElementBytes: number): number {
    return this.#count(this.#present(this.unsignedVarint(field) - 1, field), minElementBytes, field);
  }

  /** -1 stands for null. */
  compactNullableArrayLength(field: string, minElementBytes: number): number {
    const length = this.unsignedVarint(field) - 1;
    return length < 0 ? -1 : this.#count(length, minElementBytes, field);
  }

  /** Confines reading to the tagged field that begins here. Returns what `leaveTaggedField` wants back. */
  enterTaggedField(field: string): number {
    const outerEnd = this.end;
    const size = this.unsignedVarint(field);
    if (size > this.remaining) this.#failShort(size, field);
    this.end = this.offset + size;
    return outerEnd;
  }

  leaveTaggedField(outerEnd: number, field: string): void {
    if (this.offset !== this.end) this.fail(field, `${this.remaining} bytes of the tagged field are left over`);
    this.end = outerEnd;
  }

  skipTaggedField(field: string): void {
    this.#take(this.unsignedVarint(field), field);
  }

  fail(field: string, reason: string): never {
    throw new MalformedMessageError(this.subject, field, this.offset, reason);
  }

  #take(size: number, field: string): number {
    const start = this.offset;
    if (size > this.end - start) this.#failShort(size, field);
    this.offset = start + size;
    return start;
  }

  #present(length: number, field: string): number {
    if (length < 0) this.fail(field, 'is null, which the schema does not allow');
    return length;
  }

  #count(length: number, minElementBytes: number, field: string): number {
    if (length > this.remaining / minElementBytes) {
      this.fail(
        field,
        `an array of ${length} elements of at least ${minElementBytes} bytes, and ${this.remaining} bytes left`,
      );
    }
    this.#elements += length;
    if (this.#elements > MAX_ELEMENTS_PER_MESSAGE) {
      this.fail(field, `more than ${MAX_ELEMENTS_PER_MESSAGE} array elements in one message`);
    }
    return length;
  }

  #slice(length: number, field: string): Buffer {
    const start = this.#take(length, field);
    return this.buffer.subarray(start, start + length);
  }

  #text(length: number, field: string): string {
    if (length === 0) return '';
    if (length > MAX_STRING_BYTES) this.fail(field, `a string of ${length} bytes, the longest has ${MAX_STRING_BYTES}`);
    const start = this.#take(length, field);
    const end = start + length;
    if (isAscii(this.buffer, start, end)) return this.buffer.toString('latin1', start, end);
    try {
      return UTF_8.decode(this.buffer.subarray(start, end));
    } catch {
      return this.fail(field, 'is not valid UTF-8');
    }
  }

  #failShort(size: number, field: string): never {
    this.fail(field, `needs ${size} bytes, and ${this.remaining} are left`);
  }
}

// Without ignoreBOM a leading byte order mark would be dropped, and the string would not survive a round trip.
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function isAscii(buffer: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if ((buffer[at] as number) >= 0x80) return false;
  }
  return true;
}
