// The four bytes before a frame that hold its length. They are reserved first and filled in when the length is known.

import type { Writer } from '../schema/writer.ts';

export const LENGTH_PREFIX_BYTES = 4;

export function startFrame(writer: Writer): void {
  writer.int32(0, 'length');
}

export function finishFrame(writer: Writer): Buffer[] {
  const length = writer.length - LENGTH_PREFIX_BYTES;
  const chunks = writer.finish();
  chunks[0]?.writeInt32BE(length, 0);
  return chunks;
}
