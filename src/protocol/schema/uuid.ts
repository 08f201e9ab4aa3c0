// Uuids are strings in Kafka's own form: 16 bytes as base64url without padding, 22 characters. So they serve as map keys.

/** The uuid of sixteen zero bytes, which stands for "none". */
export const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA';

export const UUID_BYTES = 16;

const UUID_TEXT = /^[A-Za-z0-9_-]{21}[AQgw]$/;

export function isUuid(text: string): boolean {
  return UUID_TEXT.test(text);
}

export function uuidFromBytes(bytes: Buffer): string {
  if (bytes.length !== UUID_BYTES) throw new RangeError(`Cannot make a uuid of ${bytes.length} bytes: it takes 16`);
  return bytes.toString('base64url');
}

/** A new id as Java makes them, 122 random bits; never one that a command line would take for an option because it begins with a dash. */
export function randomUuid(random: { bytes(length: number): Buffer }): string {
  for (;;) {
    const bytes = Buffer.from(random.bytes(UUID_BYTES));
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const uuid = uuidFromBytes(bytes);
    if (!uuid.startsWith('-')) return uuid;
  }
}

export function uuidToBytes(uuid: string): Buffer {
  if (!isUuid(uuid)) throw new RangeError(`Cannot read the uuid '${uuid}': it takes 22 base64url characters`);
  return Buffer.from(uuid, 'base64url');
}
