// Pieces of memory that stand one behind the other as one: many small appends of a partition are one buffer to keep and to write then.

/** A view of both, where `next` begins in the same memory where `bytes` end. */
export function joinBuffers(bytes: Buffer, next: Buffer): Buffer | undefined {
  const { buffer, byteOffset, length } = bytes;
  if (buffer !== next.buffer || byteOffset + length !== next.byteOffset) return undefined;
  return Buffer.from(buffer, byteOffset, length + next.length);
}
