// The files beside a .log file: indexes and producer snapshots. The offset index is held against its .log file.

import {
  CorruptSnapshotError,
  decodeOffsetIndex,
  decodeProducerSnapshot,
  decodeTimeIndex,
  decodeTransactionIndex,
  segmentFileName,
} from '../../log/index.ts';
import type { Disk, DiskFile } from '../../platform/index.ts';
import { BATCH_HEADER_BYTES, KafkaError, readBatchHeader } from '../../protocol/index.ts';
import type { DumpEntry } from './dump-entry.ts';

const OFFSET_ENTRY_BYTES = 8;
const TIME_ENTRY_BYTES = 12;

export async function* dumpOffsetIndex(disk: Disk, path: string, baseOffset: bigint): AsyncGenerator<DumpEntry, void> {
  const log = await openLog(disk, path, baseOffset);
  try {
    let previous = -1n;
    for (const entry of decodeOffsetIndex(await readEntries(disk, path, OFFSET_ENTRY_BYTES), baseOffset)) {
      const { offset, position } = entry;
      yield { kind: 'entry', fields: { offset, position } };
      if (offset <= previous) yield { kind: 'damage', message: `offset ${offset} stands behind offset ${previous}` };
      previous = offset;
      const found = log && (await lastOffsetAt(log, position));
      if (found !== undefined && found !== offset) {
        yield {
          kind: 'damage',
          message: `offset ${offset} points to byte ${position}, where ${found === null ? 'no batch begins' : `a batch ends with offset ${found}`}`,
        };
      }
    }
  } finally {
    await log?.close();
  }
}

export async function* dumpTimeIndex(disk: Disk, path: string, baseOffset: bigint): AsyncGenerator<DumpEntry, void> {
  let previous = -1n;
  for (const { timestamp, offset } of decodeTimeIndex(await readEntries(disk, path, TIME_ENTRY_BYTES), baseOffset)) {
    yield { kind: 'entry', fields: { timestamp, offset } };
    if (timestamp < previous)
      yield { kind: 'damage', message: `timestamp ${timestamp} stands behind timestamp ${previous}` };
    previous = timestamp;
  }
}

export async function* dumpTransactionIndex(disk: Disk, path: string): AsyncGenerator<DumpEntry, void> {
  for (const entry of decodeTransactionIndex(await disk.readFile(path))) yield { kind: 'entry', fields: { ...entry } };
}

export async function* dumpProducerSnapshot(disk: Disk, path: string): AsyncGenerator<DumpEntry, void> {
  try {
    for (const { batches, currentTxnFirstOffset, ...producer } of decodeProducerSnapshot(await disk.readFile(path))) {
      const last = batches.at(-1);
      yield {
        kind: 'entry',
        fields: {
          ...producer,
          lastSequence: last?.lastSequence ?? -1,
          lastOffset: last?.lastOffset ?? -1n,
          currentTxnFirstOffset: currentTxnFirstOffset ?? null,
        },
      };
    }
  } catch (error) {
    if (!(error instanceof CorruptSnapshotError)) throw error;
    yield { kind: 'damage', message: error.message };
  }
}

/** Apache Kafka reserves room for an index that is in use: behind its last entry there are zeros, and no entry is all zeros. */
async function readEntries(disk: Disk, path: string, entryBytes: number): Promise<Buffer> {
  const bytes = await disk.readFile(path);
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, Math.min(Math.ceil(end / entryBytes) * entryBytes, bytes.length));
}

async function openLog(disk: Disk, indexPath: string, baseOffset: bigint): Promise<DiskFile | undefined> {
  const path = `${indexPath.slice(0, indexPath.lastIndexOf('/') + 1)}${segmentFileName(baseOffset, 'log')}`;
  return (await disk.status(path)) === undefined ? undefined : disk.open(path, { readOnly: true });
}

/** The last offset of the batch that begins there; null when none does. */
async function lastOffsetAt(log: DiskFile, position: number): Promise<bigint | null> {
  const bytes = Buffer.alloc(BATCH_HEADER_BYTES);
  const count = await log.read(bytes, position);
  try {
    return readBatchHeader(bytes.subarray(0, count)).lastOffset;
  } catch (error) {
    if (error instanceof KafkaError) return null;
    throw error;
  }
}
