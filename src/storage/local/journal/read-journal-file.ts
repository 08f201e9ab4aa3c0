// Reads back a file of the journal, group by group, with bounded memory.

import type { Disk, DiskFile } from '../../../platform/index.ts';
import { type FoundBatch, PAGE_BYTES, readGroup, readGroupHeader } from './journal-group.ts';

/** A batch and where in the file it is. */
export interface LocatedBatch extends FoundBatch {
  readonly position: number;
}

/** Bytes before a good group that are none. */
export interface JournalDamage {
  readonly path: string;
  readonly position: number;
  /** Where the next good group begins. */
  readonly nextPosition: number;
  readonly reason: string;
}

const SEARCH_BYTES = 64 * PAGE_BYTES;

/**
 * The batches of all groups that are whole. Groups are written one after the other, each after the sync of the one before: what is not whole at the
 * end was never promised to anybody, what is not whole before a good group is damage, and told with its place.
 */
export async function* readJournalFile(
  disk: Disk,
  path: string,
  salt: Buffer,
  onDamage: (damage: JournalDamage) => void,
): AsyncGenerator<LocatedBatch> {
  const file = await disk.open(path, { readOnly: true });
  try {
    const end = await file.size();
    let position = 0;
    let index = 0;
    while (position < end) {
      const group = await groupAt(file, position, end, salt);
      if (typeof group !== 'string' && group.index === index) {
        for (const batch of group.batches) yield { ...batch, position: position + batch.header.position };
        position += group.sizeInBytes;
        index++;
        continue;
      }
      const next = await findGroup(file, position + PAGE_BYTES, end, salt);
      if (next === undefined) return;
      const reason = typeof group === 'string' ? group : `it is number ${group.index}, expected is ${index}`;
      onDamage({ path, position, nextPosition: next.position, reason });
      ({ position, index } = next);
    }
  } finally {
    await file.close();
  }
}

interface Group {
  readonly index: number;
  readonly sizeInBytes: number;
  readonly batches: readonly FoundBatch[];
}

async function groupAt(file: DiskFile, position: number, end: number, salt: Buffer): Promise<Group | string> {
  const page = await bytesAt(file, position, Math.min(PAGE_BYTES, end - position));
  const header = readGroupHeader(page, salt);
  if (header === undefined) return 'no group begins here';
  if (position + header.sizeInBytes > end) return `the group claims ${header.sizeInBytes} bytes, the file ends before`;
  const batches = readGroup(await bytesAt(file, position, header.sizeInBytes));
  return typeof batches === 'string' ? batches : { ...header, batches };
}

/** The next whole group from a page on. */
async function findGroup(
  file: DiskFile,
  start: number,
  end: number,
  salt: Buffer,
): Promise<{ position: number; index: number } | undefined> {
  for (let base = start; base < end; base += SEARCH_BYTES) {
    const bytes = await bytesAt(file, base, Math.min(SEARCH_BYTES, end - base));
    for (let page = 0; page < bytes.length; page += PAGE_BYTES) {
      if (readGroupHeader(bytes.subarray(page), salt) === undefined) continue;
      const group = await groupAt(file, base + page, end, salt);
      if (typeof group !== 'string') return { position: base + page, index: group.index };
    }
  }
  return undefined;
}

async function bytesAt(file: DiskFile, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, await file.read(bytes, position));
}
