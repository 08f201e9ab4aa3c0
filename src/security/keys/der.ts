// Reads DER (ITU-T X.690): the form of certificates, keys and PKCS #12. Lengths are checked against what is there; nothing is copied.

export const DER_TAG = { octetString: 4, oid: 6, sequence: 0x30, set: 0x31 } as const;

export interface DerValue {
  readonly tag: number;
  readonly content: Buffer;
}

/** Thrown for bytes that are no DER, or not what was expected there. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

/** The values that follow one another in `bytes`. */
export function derValues(bytes: Buffer): DerValue[] {
  const values: DerValue[] = [];
  for (let position = 0; position < bytes.length; ) {
    const tag = bytes[position] ?? 0;
    if ((tag & 0x1f) === 0x1f) throw new DerError('a tag is too long');
    const { start, end } = extentOf(bytes, position + 1);
    values.push({ tag, content: bytes.subarray(start, end) });
    position = end;
  }
  return values;
}

/** The parts of the one value in `bytes`, which must be a sequence. */
export function derSequence(bytes: Buffer): DerValue[] {
  return partsOf(derValues(bytes)[0], DER_TAG.sequence);
}

/** The parts of a value that consists of others. */
export function partsOf(value: DerValue | undefined, tag: number): DerValue[] {
  return derValues(contentOf(value, tag));
}

export function contentOf(value: DerValue | undefined, tag: number): Buffer {
  if (value?.tag !== tag) throw new DerError(`a value has the tag ${value?.tag ?? 'of nothing'}, not ${tag}`);
  return value.content;
}

/** A whole number that fits 32 bits: counts, never keys. */
export function derInteger(value: DerValue | undefined): number {
  const content = contentOf(value, 2);
  if (content.length < 1 || content.length > 4) throw new DerError(`a number has ${content.length} bytes`);
  return content.readIntBE(0, content.length);
}

/** `1.2.840.113549`. */
export function derOid(value: DerValue | undefined): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of contentOf(value, DER_TAG.oid)) {
    arc = arc * 128 + (byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    // The first two arcs share a number.
    if (arcs.length > 0) arcs.push(arc);
    else arcs.push(Math.min(Math.floor(arc / 40), 2), arc - 40 * Math.min(Math.floor(arc / 40), 2));
    arc = 0;
  }
  return arcs.join('.');
}

function extentOf(bytes: Buffer, position: number): { start: number; end: number } {
  const first = bytes[position];
  if (first === undefined) throw new DerError('it ends within a value');
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || lengthBytes > 4) throw new DerError('a length is indefinite or too large');
  const start = position + 1 + lengthBytes;
  if (start > bytes.length) throw new DerError('it ends within a value');
  const end = start + (lengthBytes === 0 ? first : bytes.readUIntBE(position + 1, lengthBytes));
  if (end > bytes.length) throw new DerError('it ends within a value');
  return { start, end };
}
