// Brings in a partition's directory: clears leftovers, recovers what a crash may have torn, and finds where the log starts and ends.

import { type DiskFile, errorCode, type FileStatus, makeEmpty } from '../platform/index.ts';
import { FileWindow, headerAt, isInvalidBatch } from './batch-scan.ts';
import { CorruptCheckpointError, readLeaderEpochCheckpoint } from './checkpoint-file.ts';
import { LeaderEpochs } from './leader-epochs.ts';
import { removeLeftovers } from './leftovers.ts';
import type { LogContext } from './log-context.ts';
import type { LogOptions } from './log-options.ts';
import { LEADER_EPOCH_CHECKPOINT_FILE } from './partition-directory.ts';
import { encodePartitionMetadata, PARTITION_METADATA_FILE, readPartitionMetadata } from './partition-metadata.ts';
import { ProducerSnapshots } from './producer-snapshots.ts';
import { ProducerStates } from './producer-states.ts';
import { recoverSegment } from './recover-segment.ts';
import { replayProducers } from './replay-producers.ts';
import { newSegment, segmentStart } from './roll-policy.ts';
import { Segment } from './segment.ts';
import { parseSegmentFileName } from './segment-files.ts';
import { findTransactionIndexProblem } from './transaction-index.ts';

const HEADER_WINDOW_BYTES = 8 * 1024;

export interface LoadedLog {
  /** Rising; at least one. */
  readonly segments: Segment[];
  readonly logStartOffset: bigint;
  readonly logEndOffset: bigint;
  readonly recoveryPoint: bigint;
  readonly producers: ProducerStates;
  readonly snapshots: ProducerSnapshots;
  readonly leaderEpochs: LeaderEpochs;
  /** The directory was just made. */
  readonly isNew: boolean;
  /** What is in the directory was made by a process that died, and may not last. */
  readonly wasKilled: boolean;
  /** The indexes of the last segment were made anew, and are not all written. */
  readonly isRecovered: boolean;
  readonly mayHaveAbortedTransactions: boolean;
}

/** What is in the directory, and what is being made of it. */
interface Loading {
  readonly options: LogOptions;
  readonly context: LogContext;
  /** Of the files in the directory. */
  readonly names: ReadonlySet<string>;
  segments: Segment[];
  readonly producers: ProducerStates;
  readonly snapshots: ProducerSnapshots;
  readonly leaderEpochs: LeaderEpochs;
  /**
   * The segments that hold the offset before it and what follows have to be gone through; undefined when none has to. Where a segment begins right
   * at the recovery point, the indexes of the one before may not last yet.
   */
  recoverFrom: bigint | undefined;
}

export async function loadLog(context: LogContext, options: LogOptions): Promise<LoadedLog> {
  const { services, directory } = context;
  const { disk, clock, logger } = services;
  const found = await listOrMake(context, options);
  let names = found ?? [];
  if (await removeLeftovers(disk, directory, names, logger)) names = await namesIn(context);
  const loading = await listFiles(context, options, names);

  let logEndOffset = loading.recoverFrom === undefined ? await findEnd(loading) : await recover(loading);
  if (loading.segments.length > 0 && logEndOffset < options.logStartOffset) {
    await dropAll(loading, logEndOffset);
    logEndOffset = options.logStartOffset;
  }
  if (loading.segments.length === 0) {
    loading.segments.push(newSegment(context, options.logStartOffset));
    logEndOffset = options.logStartOffset;
  }
  const { segments, producers, snapshots, leaderEpochs } = loading;
  const first = segments[0]?.baseOffset ?? 0n;
  const logStartOffset = first > options.logStartOffset ? first : options.logStartOffset;
  leaderEpochs.truncateFromEnd(logEndOffset);
  leaderEpochs.truncateFromStart(options.logStartOffset);
  await removeStraySnapshots(loading, logEndOffset);
  if (loading.recoverFrom === undefined)
    await replayProducers(producers, snapshots, segments, logEndOffset, {
      nowMs: clock.now(),
      needsHistory: false,
    });
  await segments.at(-1)?.prepareForAppend();
  const wasSynced = options.wasCleanlyStopped && loading.recoverFrom === undefined;
  const recoveryPoint = wasSynced || options.recoveryPoint > logEndOffset ? logEndOffset : options.recoveryPoint;
  const isRecovered = loading.recoverFrom !== undefined;
  const mayHaveAbortedTransactions = isRecovered || names.some((name) => name.endsWith('.txnindex'));
  const log = { segments, logStartOffset, logEndOffset, recoveryPoint, producers, snapshots, leaderEpochs };
  return {
    ...log,
    isNew: found === undefined,
    wasKilled: !options.wasCleanlyStopped,
    isRecovered,
    mayHaveAbortedTransactions,
  };
}

/**
 * The names in the directory; undefined when it had to be made. Nothing is synced: the first `sync` of the log does it, so that making many
 * partitions is quick.
 */
async function listOrMake(context: LogContext, options: LogOptions): Promise<string[] | undefined> {
  const { disk } = context.services;
  const { directory, topicId, hasTopicId = false } = options;
  let names: string[] | undefined;
  try {
    names = await namesIn(context);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    await disk.makeDirectory(directory);
  }
  if (
    names?.includes(PARTITION_METADATA_FILE) &&
    (hasTopicId || (await readPartitionMetadata(disk, directory)) !== undefined)
  )
    return names;
  const file = await disk.open(`${directory}/${PARTITION_METADATA_FILE}`, { create: true });
  try {
    await makeEmpty(file);
    await file.write([encodePartitionMetadata(topicId)], 0);
    if (names !== undefined) await file.sync();
  } finally {
    await file.close();
  }
  return names;
}

async function namesIn({ services, directory }: LogContext): Promise<string[]> {
  return (await services.disk.list(directory)).map(({ name }) => name);
}

async function listFiles(context: LogContext, options: LogOptions, names: readonly string[]): Promise<Loading> {
  const { services, directory } = context;
  const { disk, logger } = services;
  const files = names.flatMap((name) => parseSegmentFileName(name) ?? []).filter(({ suffix }) => suffix === '');
  const bases = files.filter(({ kind }) => kind === 'log').map(({ offset }) => offset);
  const known = new Set(bases);
  const snapshotOffsets = files.filter(({ kind }) => kind === 'snapshot').map(({ offset }) => offset);
  const loading: Loading = {
    options,
    context,
    names: new Set(names),
    segments: [],
    producers: new ProducerStates(services.producerIdExpirationMs),
    snapshots: new ProducerSnapshots(context, snapshotOffsets),
    leaderEpochs: new LeaderEpochs(),
    recoverFrom: options.wasCleanlyStopped ? undefined : options.recoveryPoint,
  };
  bases.sort((a, b) => (a < b ? -1 : 1));
  const statuses = await Promise.all(bases.map((base) => disk.status(Segment.pathOf(directory, base))));
  for (const [index, base] of bases.entries()) {
    const status = statuses[index] as FileStatus;
    loading.segments.push(Segment.existing(context, segmentStart(context, base), status.size));
  }
  for (const name of names) {
    const file = parseSegmentFileName(name);
    if (file === undefined || file.suffix !== '' || file.kind === 'log' || file.kind === 'snapshot') continue;
    if (!known.has(file.offset)) {
      logger.warn({ directory, file: name }, 'removing an index without its segment');
      await disk.remove(`${directory}/${name}`);
    } else if (file.kind === 'txnindex') {
      await checkTransactionIndex(loading, name, file.offset);
    }
  }
  await loadEpochs(loading);
  return loading;
}

/** A transaction index that is torn, or none at all, can only be made anew together with the producers, so its segment and those behind it are gone through. */
async function checkTransactionIndex(loading: Loading, name: string, base: bigint): Promise<void> {
  const { services, directory } = loading.context;
  const { disk, logger } = services;
  const file = await disk.open(`${directory}/${name}`, { readOnly: true });
  let reason: string | undefined;
  try {
    reason = await findTransactionIndexProblem(file, base);
  } finally {
    await file.close();
  }
  if (reason === undefined) return;
  logger.warn({ directory, file: name, reason }, 'recovering a segment whose transaction index is none');
  if (loading.recoverFrom === undefined || base < loading.recoverFrom) loading.recoverFrom = base + 1n;
}

/** A checkpoint that cannot be read is made anew from the batches. */
async function loadEpochs({ context, options, names, leaderEpochs, segments }: Loading): Promise<void> {
  const { services, directory } = context;
  const { disk, logger } = services;
  try {
    const path = `${directory}/${LEADER_EPOCH_CHECKPOINT_FILE}`;
    const entries = names.has(LEADER_EPOCH_CHECKPOINT_FILE) ? await readLeaderEpochCheckpoint(disk, path) : [];
    leaderEpochs.load(entries);
    // Without a recovery point all batches are gone through anyway, and tell their epochs.
    const isComplete = options.wasCleanlyStopped || options.recoveryPoint > 0n;
    if (entries.length > 0 || !isComplete || segments.every(({ writtenBytes }) => writtenBytes === 0)) return;
    throw new CorruptCheckpointError(`${path} is missing or empty, and there are batches`);
  } catch (error) {
    if (!(error instanceof CorruptCheckpointError)) throw error;
    logger.warn({ directory, reason: error.message }, 'reading the leader epochs from the batches');
    for (const segment of segments)
      await segment.useFile((file) => readEpochs(file, segment.writtenBytes, leaderEpochs));
  }
}

/** Up to the first bytes that are no batch: what they are is for the recovery to say. */
async function readEpochs(file: DiskFile, end: number, leaderEpochs: LeaderEpochs): Promise<void> {
  const window = new FileWindow(file, end, HEADER_WINDOW_BYTES);
  for (let position = 0; position < end; ) {
    const header = await headerAt(window, position, end);
    if (isInvalidBatch(header)) return;
    if (header.partitionLeaderEpoch > (leaderEpochs.latest?.leaderEpoch ?? -1))
      leaderEpochs.assign(header.partitionLeaderEpoch, header.baseOffset);
    position += header.sizeInBytes;
  }
}

/** The end of a log that was closed. When its last bytes are no batch it was not, and the last segment is gone through. */
async function findEnd(loading: Loading): Promise<bigint> {
  const active = loading.segments.at(-1);
  if (active === undefined) return 0n;
  try {
    return await active.readEndOffset();
  } catch (error) {
    const { services, directory } = loading.context;
    services.logger.warn({ directory, error }, 'recovering a log that claims to have been closed');
    loading.recoverFrom = active.baseOffset + 1n;
    return recover(loading);
  }
}

/** Goes through the segments from the one that holds the offset before `recoverFrom` on. Returns the log end offset; producers and epochs are as of it. */
async function recover(loading: Loading): Promise<bigint> {
  const { context, options, names, segments, producers, snapshots, leaderEpochs } = loading;
  const { clock, logger } = context.services;
  const recoverFrom = loading.recoverFrom ?? 0n;
  const firstIndex = Math.max(
    segments.findLastIndex(({ baseOffset }) => baseOffset < recoverFrom),
    0,
  );
  const first = segments[firstIndex];
  if (first === undefined) return 0n;
  await replayProducers(producers, snapshots, segments.slice(0, firstIndex), first.baseOffset, {
    nowMs: clock.now(),
    needsHistory: true,
  });
  // What the snapshots behind it hold is made anew below, from batches that were checked.
  await snapshots.removeWhere((offset) => offset > first.baseOffset);
  let nextOffset = first.baseOffset;
  for (let index = firstIndex; index < segments.length; index++) {
    const segment = segments[index] as Segment;
    logger.debug({ segment: segment.path, bytes: segment.writtenBytes }, 'recovering a segment');
    if (index > firstIndex) snapshots.take(segment.baseOffset, producers.entries());
    const recovered = await recoverSegment({
      segment,
      minOffset: nextOffset > segment.baseOffset ? nextOffset : segment.baseOffset,
      recoveryPoint: options.recoveryPoint,
      hasDataBehind: segments.slice(index + 1).some(({ writtenBytes }) => writtenBytes > 0),
      names,
      producers,
      leaderEpochs,
      logger,
    });
    nextOffset = recovered.nextOffset;
    await removeOverlapping(loading, index, nextOffset);
    if (recovered.truncatedBytes > 0 || isCutShort(options, nextOffset, segments[index + 1])) {
      await removeSegments(loading, segments.splice(index + 1));
      break;
    }
    if (index < segments.length - 1) {
      segment.finish();
      await segment.write();
    }
  }
  await snapshots.write();
  return nextOffset;
}

/**
 * True where a power cut took the end of a segment, right between two batches, but not the segment behind it. What is there was never
 * synced, because a sync covers everything before it. Apache Kafka's compaction leaves such gaps too, below where it has ended; ours keeps the ends of segments.
 */
function isCutShort({ recoveryPoint, compactedBelow = 0n }: LogOptions, nextOffset: bigint, next?: Segment): boolean {
  const mayBeCut = nextOffset >= recoveryPoint && nextOffset >= compactedBelow;
  return mayBeCut && next !== undefined && nextOffset < next.baseOffset;
}

/**
 * Segments that begin within the one before them were removed by an earlier start or by compaction, and came back because a power cut took their
 * removal.
 */
async function removeOverlapping(loading: Loading, index: number, nextOffset: bigint): Promise<void> {
  const { segments } = loading;
  const behind = segments.findIndex(({ baseOffset }, at) => at > index && baseOffset >= nextOffset);
  await removeSegments(loading, segments.splice(index + 1, (behind < 0 ? segments.length : behind) - index - 1));
}

async function dropAll(loading: Loading, logEndOffset: bigint): Promise<void> {
  const { directory, logStartOffset } = loading.options;
  loading.context.services.logger.warn(
    { directory, logEndOffset, logStartOffset },
    'removing all segments: the log ends before its start, files are missing',
  );
  await removeSegments(loading, loading.segments.splice(0));
  loading.producers.clear();
  loading.leaderEpochs.clear();
}

async function removeSegments({ context }: Loading, segments: readonly Segment[]): Promise<void> {
  const { disk, logger } = context.services;
  for (const segment of segments) {
    logger.warn({ segment: segment.path, bytes: segment.writtenBytes }, 'removing a segment behind the end of the log');
    for (const path of await segment.markDeleted()) await disk.remove(path);
  }
}

/** A snapshot is kept where a segment starts, and the newest one behind all of these: the one of the last close. */
async function removeStraySnapshots({ snapshots, segments }: Loading, logEndOffset: bigint): Promise<void> {
  const bases = new Set(segments.map(({ baseOffset }) => baseOffset));
  const newest = snapshots.offsets.findLast((offset) => offset <= logEndOffset);
  await snapshots.removeWhere((offset) => offset > logEndOffset || (!bases.has(offset) && offset !== newest));
}
