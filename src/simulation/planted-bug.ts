// Bugs that can be planted into a simulated broker, to show that the simulation would find them. Nothing outside of it can reach them.

import { crc32c } from '../protocol/index.ts';

export const PLANTED_BUGS = ['acknowledge-before-sync', 'forget-directory-sync', 'skip-crc-on-recovery'] as const;

export type PlantedBug = (typeof PLANTED_BUGS)[number];

/** Settings of a broker that carries the bug. */
export function settingsWith(bug: PlantedBug | undefined): Readonly<Record<string, string>> {
  return bug === 'acknowledge-before-sync' ? { 'log.flush.on.acks.all': 'false' } : {};
}

const BATCH_LENGTH_AT = 8;
const CRC_AT = 17;
const CRC_COVERS_FROM = 21;
const LENGTH_COVERS_FROM = 12;
const HEADER_BYTES = 61;

/** The content of a segment as a broker sees it that takes every CRC for right: each batch carries the one that fits its bytes. */
export function withFittingCrcs(content: Buffer): Buffer {
  const patched = Buffer.from(content);
  for (let start = 0; start + HEADER_BYTES <= patched.length; ) {
    const end = start + LENGTH_COVERS_FROM + patched.readInt32BE(start + BATCH_LENGTH_AT);
    if (end < start + HEADER_BYTES || end > patched.length) break;
    patched.writeUInt32BE(crc32c(patched.subarray(start + CRC_COVERS_FROM, end)), start + CRC_AT);
    start = end;
  }
  return patched;
}
