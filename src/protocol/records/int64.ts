// int64 fields of batch headers, by way of numbers where these are exact: Node's own methods make five bigints on the way to one. Hot path: a header has
// four of these fields.

const LOW_VALUES = 2 ** 32;
/** With a high half below it, and not below its negative, the value is an exact number. */
const EXACT_HIGH = 2 ** 21;

export function readInt64(buffer: Buffer, position: number): bigint {
  const high = buffer.readInt32BE(position);
  const low = buffer.readUInt32BE(position + 4);
  if (high >= -EXACT_HIGH && high < EXACT_HIGH) return BigInt(high * LOW_VALUES + low);
  return buffer.readBigInt64BE(position);
}

export function writeInt64(buffer: Buffer, position: number, value: bigint): void {
  const exact = Number(value);
  if (!Number.isSafeInteger(exact)) {
    buffer.writeBigInt64BE(value, position);
    return;
  }
  const high = Math.floor(exact / LOW_VALUES);
  buffer.writeInt32BE(high, position);
  buffer.writeUInt32BE(exact - high * LOW_VALUES, position + 4);
}
