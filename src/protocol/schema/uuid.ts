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

export function uuidToBytes(uuid: string): Buffer {
  if (!isUuid(uuid)) throw new RangeError(`Cannot read the uuid '${uuid}': it takes 22 base64url characters`);
  return Buffer.from(uuid, 'base64url');
}
