// Copies the short pieces that lz4 and snappy are made of, four bytes at a time: half the time of a loop over bytes. bench/client-consume.ts watches it.

/** Bytes that `copyWords` may read and write behind the end of the piece. */
export const WORD_BYTES = 4;

/** `Uint8Array`s have no words, and `Buffer`'s own calls cost more than the copy. */
export function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/**
 * Copies from `from` to `to` up to `stop`. Where source and target are the same view they are `WORD_BYTES` apart or more; when they overlap, the bytes
 * between them are repeated, which is what both formats mean. Both views go on for `WORD_BYTES` behind the piece; what stands there in the target is lost.
 */
export function copyWords(source: DataView, from: number, target: DataView, to: number, stop: number): void {
  let next = from;
  for (let at = to; at < stop; at += WORD_BYTES) {
    target.setInt32(at, source.getInt32(next, true), true);
    next += WORD_BYTES;
  }
}
