// Holds the files of one partition against each other without changing them, for a log that nobody uses: what `millrace log verify` says.

import { type Disk, errorCode } from '../platform/index.ts';
import { isControl } from '../protocol/index.ts';
import { CheckedScan, isInvalidBatch } from './batch-scan.ts';
import { CorruptCheckpointError, readLeaderEpochCheckpoint } from './checkpoint-file.ts';
import { findValidBatch } from './find-valid-batch.ts';
import { LEADER_EPOCH_CHECKPOINT_FILE } from './partition-directory.ts';
import { PARTITION_METADATA_FILE, readPartitionMetadata } from './partition-metadata.ts';
import { CorruptSnapshotError, decodeProducerSnapshot } from './producer-snapshot.ts';
import { ProducerStates } from './producer-states.ts';
import { parseSegmentFileName, segmentFileName } from './segment-files.ts';
import { findIndexProblem, type IndexableBatch, type SegmentContent } from './verify-indexes.ts';

/**
 * `damaged`: bytes of batches are not what was written, and good batches follow. `torn`: the log ends in the middle of a batch, as after a crash.
 * `derived`: a file is wrong that can be made anew from the batches. `missing`, which is for whoever knows what else there should be: records are gone.
 */
export type LogProblemKind = 'damaged' | 'torn' | 'derived' | 'missing';

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

const INDEX_KINDS = ['index', 'timeindex', 'txnindex'] as const;

interface Verifying {
  readonly disk: Disk;
  readonly directory: string;
  readonly problems: LogProblem[];
  readonly producers: ProducerStates;
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
  const producers = new ProducerStates(() => Number.MAX_SAFE_INTEGER);
  const state: Verifying = { disk, directory, problems: [], producers, nextOffset: 0n, batches: 0, bytes: 0 };
  const first = files.find(({ kind, offset }) => kind === 'snapshot' && offset === segments[0]?.offset);
  if (first !== undefined) await loadProducers(state, first.path);
  for (const segment of segments) {
    const content = await readSegment(state, segment.path, segment.offset, segment === segments.at(-1));
    for (const kind of INDEX_KINDS) await verifyIndex(state, kind, content);
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

async function readSegment(
  state: Verifying,
  path: string,
  baseOffset: bigint,
  isLast: boolean,
): Promise<SegmentContent> {
  const batches: IndexableBatch[] = [];
  const abortedAt: bigint[] = [];
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
      const { lastOffset, maxTimestamp } = header;
      batches.push({ position, baseOffset: header.baseOffset, lastOffset, maxTimestamp });
      const bytes = isControl(header.attributes) ? await scan.bytesAt(position, header.sizeInBytes) : undefined;
      const aborted = state.producers.applyBatch(header, bytes);
      if (aborted !== undefined) abortedAt.push(aborted.lastOffset);
      state.batches++;
      state.nextOffset = header.lastOffset + 1n;
      position += header.sizeInBytes;
    }
  } finally {
    await file.close();
  }
  return { baseOffset, batches, abortedAt };
}

/** A segment without aborted transactions has no transaction index; the other two are made anew when they are missing. */
async function verifyIndex(
  state: Verifying,
  kind: (typeof INDEX_KINDS)[number],
  content: SegmentContent,
): Promise<void> {
  const path = `${state.directory}/${segmentFileName(content.baseOffset, kind)}`;
  const isThere = (await state.disk.status(path)) !== undefined;
  if (!isThere && kind !== 'txnindex') return;
  const problem = findIndexProblem(kind, isThere ? await state.disk.readFile(path) : Buffer.alloc(0), content);
  if (problem !== undefined) report(state, 'derived', path, problem.position, problem.reason);
}

/** What the first segment goes on from. A snapshot that cannot be read is told of later. */
async function loadProducers({ disk, producers }: Verifying, path: string): Promise<void> {
  try {
    producers.load(decodeProducerSnapshot(await disk.readFile(path)), 0);
  } catch (error) {
    if (!(error instanceof CorruptSnapshotError)) throw error;
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

function report(
  state: Verifying,
  kind: LogProblemKind,
  path: string,
  position: number | undefined,
  reason: string,
): void {
  state.problems.push({ kind, path, position, reason });
}
