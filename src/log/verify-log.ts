// Holds the files of one partition against each other without changing them, for a log that nobody uses: what `millrace log verify` says.

import { type Disk, errorCode } from '../platform/index.ts';
import { CheckedScan, isInvalidBatch } from './batch-scan.ts';
import { CorruptCheckpointError, readLeaderEpochCheckpoint } from './checkpoint-file.ts';
import { findValidBatch } from './find-valid-batch.ts';
import { decodeOffsetIndex, OFFSET_INDEX_ENTRY_BYTES } from './offset-index.ts';
import { LEADER_EPOCH_CHECKPOINT_FILE } from './partition-directory.ts';
import { PARTITION_METADATA_FILE, readPartitionMetadata } from './partition-metadata.ts';
import { CorruptSnapshotError, decodeProducerSnapshot } from './producer-snapshot.ts';
import { parseSegmentFileName, type SegmentFileName } from './segment-files.ts';
import { decodeTimeIndex, TIME_INDEX_ENTRY_BYTES } from './time-index.ts';
import { decodeTransactionIndex, TRANSACTION_INDEX_ENTRY_BYTES } from './transaction-index.ts';

/**
 * `damaged`: bytes of batches are not what was written, and good batches follow. `torn`: the log ends in the middle of a batch, as after a crash.
 * `derived`: a file is wrong that can be made anew from the batches.
 */
export type LogProblemKind = 'damaged' | 'torn' | 'derived';

export interface LogProblem {
  readonly kind: LogProblemKind;
  readonly path: string;
  /** Byte in the file; undefined where the whole file is meant. */
  readonly position: number | undefined;
  readonly reason: string;
}

export interface VerifiedLog {
  readonly segments: number;
  readonly batches: number;
  readonly bytes: number;
  readonly logEndOffset: bigint;
  readonly problems: readonly LogProblem[];
}

/** Where the batches of a segment begin, by position. */
type BatchPlaces = ReadonlyMap<number, { readonly baseOffset: bigint; readonly lastOffset: bigint }>;

interface Verifying {
  readonly disk: Disk;
  readonly directory: string;
  readonly problems: LogProblem[];
  nextOffset: bigint;
  batches: number;
  bytes: number;
}

export async function verifyLog(disk: Disk, directory: string): Promise<VerifiedLog> {
  const names = (await disk.list(directory)).map(({ name }) => name).sort();
  const files = names.flatMap((name) => {
    const parsed = parseSegmentFileName(name);
    return parsed === undefined || parsed.suffix !== '' ? [] : [{ ...parsed, path: `${directory}/${name}` }];
  });
  const segments = files.filter(({ kind }) => kind === 'log');
  const state: Verifying = { disk, directory, problems: [], nextOffset: 0n, batches: 0, bytes: 0 };
  for (const segment of segments) {
    const places = await verifySegment(state, segment.path, segment.offset, segment === segments.at(-1));
    for (const file of files) {
      if (file.offset === segment.offset) await verifyIndex(state, file, places);
    }
  }
  const bases = new Set(segments.map(({ offset }) => offset));
  for (const { path, kind, offset } of files) {
    if (kind === 'snapshot') await verifySnapshot(state, path);
    else if (!bases.has(offset)) report(state, 'derived', path, undefined, 'there is no segment that it belongs to');
  }
  await verifySmallFiles(state, names);
  const { problems, batches, bytes, nextOffset } = state;
  return { segments: segments.length, batches, bytes, logEndOffset: nextOffset, problems };
}

async function verifySegment(
  state: Verifying,
  path: string,
  baseOffset: bigint,
  isLast: boolean,
): Promise<BatchPlaces> {
  const places = new Map<number, { baseOffset: bigint; lastOffset: bigint }>();
  const file = await state.disk.open(path, { readOnly: true });
  try {
    const size = await file.size();
    const scan = new CheckedScan(file, size);
    state.bytes += size;
    state.nextOffset = state.nextOffset > baseOffset ? state.nextOffset : baseOffset;
    for (let position = 0; position < size; ) {
      const header = await scan.batchAt(position);
      const isBad = isInvalidBatch(header);
      if (isBad || header.lastOffset < state.nextOffset) {
        const reason = isBad
          ? header.reason
          : `the batch ends at offset ${header.lastOffset}, expected is ${state.nextOffset} or more`;
        const next = await findValidBatch(file, position + 1, size, state.nextOffset);
        report(state, next === undefined && isLast ? 'torn' : 'damaged', path, position, reason);
        if (next === undefined) break;
        position = next;
        continue;
      }
      places.set(position, { baseOffset: header.baseOffset, lastOffset: header.lastOffset });
      state.batches++;
      state.nextOffset = header.lastOffset + 1n;
      position += header.sizeInBytes;
    }
  } finally {
    await file.close();
  }
  return places;
}

async function verifyIndex(
  state: Verifying,
  file: SegmentFileName & { readonly path: string },
  places: BatchPlaces,
): Promise<void> {
  const { path, kind, offset: baseOffset } = file;
  if (kind === 'log' || kind === 'snapshot') return;
  const bytes = await state.disk.readFile(path);
  const entryBytes = {
    index: OFFSET_INDEX_ENTRY_BYTES,
    timeindex: TIME_INDEX_ENTRY_BYTES,
    txnindex: TRANSACTION_INDEX_ENTRY_BYTES,
  }[kind];
  if (bytes.length % entryBytes !== 0) {
    report(state, 'derived', path, undefined, `${bytes.length} bytes are no multiple of ${entryBytes}`);
    return;
  }
  // A process that died leaves the room that it had taken for entries to come.
  const used = bytes.subarray(0, usedBytes(bytes, entryBytes));
  const lastOffsets = new Set([...places.values()].map(({ lastOffset }) => lastOffset));
  let previous = -1n;
  const check = (index: number, key: bigint, isKnown: boolean, what: string): boolean => {
    const reason = key < previous ? `entry ${index} is lower than the one before` : isKnown ? undefined : what;
    previous = key;
    if (reason !== undefined) report(state, 'derived', path, index * entryBytes, reason);
    return reason === undefined;
  };
  if (kind === 'index') {
    for (const [index, entry] of decodeOffsetIndex(used, baseOffset).entries()) {
      const place = places.get(entry.position);
      const isKnown = place !== undefined && entry.offset >= place.baseOffset && entry.offset <= place.lastOffset;
      if (!check(index, entry.offset, isKnown, `no batch with offset ${entry.offset} begins at ${entry.position}`))
        return;
    }
  } else if (kind === 'timeindex') {
    for (const [index, entry] of decodeTimeIndex(used, baseOffset).entries()) {
      const isKnown = entry.offset >= baseOffset && entry.offset < state.nextOffset;
      if (!check(index, entry.timestamp, isKnown, `offset ${entry.offset} is not in the segment`)) return;
    }
  } else {
    try {
      for (const [index, entry] of decodeTransactionIndex(used).entries()) {
        const isKnown = lastOffsets.has(entry.lastOffset) && entry.firstOffset <= entry.lastOffset;
        if (!check(index, entry.lastOffset, isKnown, `no marker is at offset ${entry.lastOffset}`)) return;
      }
    } catch (error) {
      report(state, 'derived', path, undefined, error instanceof Error ? error.message : String(error));
    }
  }
}

async function verifySnapshot(state: Verifying, path: string): Promise<void> {
  try {
    decodeProducerSnapshot(await state.disk.readFile(path));
  } catch (error) {
    if (!(error instanceof CorruptSnapshotError)) throw error;
    report(state, 'derived', path, undefined, error.message);
  }
}

async function verifySmallFiles(state: Verifying, names: readonly string[]): Promise<void> {
  const { disk, directory } = state;
  const epochs = `${directory}/${LEADER_EPOCH_CHECKPOINT_FILE}`;
  try {
    await readLeaderEpochCheckpoint(disk, epochs);
  } catch (error) {
    if (!(error instanceof CorruptCheckpointError) && errorCode(error) === undefined) throw error;
    report(state, 'derived', epochs, undefined, error instanceof Error ? error.message : String(error));
  }
  if (!names.includes(PARTITION_METADATA_FILE) || (await readPartitionMetadata(disk, directory)) !== undefined) return;
  report(state, 'derived', `${directory}/${PARTITION_METADATA_FILE}`, undefined, 'it names no topic id');
}

function usedBytes(bytes: Buffer, entryBytes: number): number {
  let end = bytes.length;
  while (end > 0 && bytes.subarray(end - entryBytes, end).every((byte) => byte === 0)) end -= entryBytes;
  return end;
}

function report(
  state: Verifying,
  kind: LogProblemKind,
  path: string,
  position: number | undefined,
  reason: string,
): void {
  state.problems.push({ kind, path, position, reason });
}
