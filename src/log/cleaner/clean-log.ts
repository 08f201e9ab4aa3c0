// One round of compaction of a log: maps the newest offset of each key of the dirty part, then rewrites the segments without what is outdated.

import { errorCode } from '../../platform/index.ts';
import { type BatchHeader, isControl, isTransactional } from '../../protocol/index.ts';
import { collectAbortedEntries } from '../aborted-transactions.ts';
import type { Log } from '../log.ts';
import type { Segment } from '../segment.ts';
import type { CleanableRange } from './cleanable-range.ts';
import { CleanedSegment } from './cleaned-segment.ts';
import { CleanedTransactions } from './cleaned-transactions.ts';
import { type BatchFate, deleteHorizonOf, filterBatch } from './filter-batch.ts';
import { groupSegments } from './group-segments.ts';
import { KeyOffsetMap, mappableKeys } from './key-offset-map.ts';
import { SliceReader } from './slice-reader.ts';
import { visitRecords } from './visit-records.ts';

export interface CleanLogOptions {
  /** Bytes of the map of keys at most: `log.cleaner.dedupe.buffer.size`. */
  readonly mapBytes: number;
  readonly mapLoadFactor: number;
  /** Bytes that are read and rewritten at a time. */
  readonly sliceBytes: number;
  readonly nowMs: number;
  /** Called after every slice with the bytes that were read or written; resolves when the next one may come, rejects to end the round. */
  readonly pace: (bytes: number) => Promise<void>;
}

export interface CleanResult {
  /** Below it the log is compacted now. */
  readonly endOffset: bigint;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly mappedKeys: number;
}

/**
 * Whatever of the range does not fit into the map is left to the next round. Undefined when others took segments out of the log meanwhile: what was
 * replaced by then stays so.
 */
export async function cleanLog(
  log: Log,
  range: CleanableRange,
  options: CleanLogOptions,
): Promise<CleanResult | undefined> {
  const firstBase = log.compactionSegments()[0]?.baseOffset;
  try {
    return await cleanRange(log, range, options);
  } catch (error) {
    const wasShortened = firstBase !== log.compactionSegments()[0]?.baseOffset;
    if (wasShortened && errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function cleanRange(log: Log, range: CleanableRange, options: CleanLogOptions): Promise<CleanResult | undefined> {
  // The new segments are synced before the old ones go; what the producers have to know of the range must last as well.
  if (log.recoveryPoint < range.endOffset) await log.sync();
  const reader = new SliceReader(options.sliceBytes);
  const map = await buildMap(log, range, reader, options);
  const endOffset = map.latestOffset + 1n;
  if (endOffset <= range.firstDirtyOffset) return undefined;
  const segments = log.compactionSegments().filter(({ baseOffset }) => baseOffset < endOffset);
  const groups = await groupSegments(segments, log.config, range.endOffset);
  const transactions = new GroupedTransactions();
  let bytesBefore = 0;
  let bytesAfter = 0;
  for (const group of groups) {
    const cleaned = await cleanGroup({ log, range, options, reader, map, transactions }, group);
    if (cleaned === undefined) return undefined;
    bytesBefore += group.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0);
    bytesAfter += cleaned.sizeInBytes;
  }
  return { endOffset, bytesBefore, bytesAfter, mappedKeys: map.size };
}

interface Round {
  readonly log: Log;
  readonly range: CleanableRange;
  readonly options: CleanLogOptions;
  readonly reader: SliceReader;
  readonly map: KeyOffsetMap;
  readonly transactions: GroupedTransactions;
}

/** The transactions of a round; the aborted ones that stay go to the index of the segment that is being written. */
class GroupedTransactions extends CleanedTransactions {
  target: CleanedSegment | undefined;

  constructor() {
    super((entry) => this.target?.appendAborted(entry));
  }
}

async function buildMap(
  log: Log,
  range: CleanableRange,
  reader: SliceReader,
  options: CleanLogOptions,
): Promise<KeyOffsetMap> {
  const { firstDirtyOffset, endOffset } = range;
  const most = mappableKeys(options.mapBytes, options.mapLoadFactor);
  const offsets = endOffset - firstDirtyOffset;
  const map = new KeyOffsetMap(offsets < BigInt(most) ? Number(offsets) : most, options.mapLoadFactor);
  const all = log.compactionSegments();
  const first = Math.max(
    all.findLastIndex(({ baseOffset }) => baseOffset <= firstDirtyOffset),
    0,
  );
  const segments = all.slice(first);
  const transactions = new CleanedTransactions();
  for (const [index, segment] of segments.entries()) {
    if (segment.baseOffset >= endOffset) break;
    const nextBase = segments[index + 1]?.baseOffset ?? endOffset;
    transactions.addAborted(await collectAbortedEntries(segments.slice(index), segment.baseOffset, nextBase));
    const start = index === 0 ? await segment.locate(firstDirtyOffset) : { position: 0 };
    let position = start?.position ?? segment.writtenBytes;
    while (position < segment.writtenBytes) {
      const slice = await reader.read(segment, position);
      for (const header of slice.headers) {
        if (!mapBatch(map, header, slice.bytes, transactions, firstDirtyOffset)) return map;
      }
      await options.pace(slice.nextPosition - position);
      position = slice.nextPosition;
    }
    map.advanceTo(nextBase - 1n);
  }
  return map;
}

/** False when the map is full. */
function mapBatch(
  map: KeyOffsetMap,
  header: BatchHeader,
  bytes: Buffer,
  transactions: CleanedTransactions,
  firstDirtyOffset: bigint,
): boolean {
  if (isControl(header.attributes)) {
    transactions.onControlBatch(header, bytes);
  } else if (!transactions.onBatch(header)) {
    const hasRoom = visitRecords(bytes, header, ({ buffer, keyStart, keyLength }, offset) => {
      if (keyLength < 0 || offset < firstDirtyOffset) return true;
      if (map.isFull) return false;
      map.put(buffer, keyStart, keyLength, offset);
      return true;
    });
    if (!hasRoom) return false;
  }
  if (header.lastOffset >= firstDirtyOffset) map.advanceTo(header.lastOffset);
  return true;
}

/** Makes one segment of the group. Undefined when a segment of the group is no longer of the log. */
async function cleanGroup(round: Round, group: readonly Segment[]): Promise<CleanedSegment | undefined> {
  const { log, options, reader, transactions } = round;
  const baseOffset = group[0]?.baseOffset ?? 0n;
  const cleaned = new CleanedSegment(log.context, baseOffset);
  transactions.target = cleaned;
  try {
    await cleaned.create();
    const decide = fateDecider(round, endOf(round, group.at(-1)?.baseOffset ?? baseOffset));
    for (const segment of group) {
      const behind = log.compactionSegments().filter((each) => each.baseOffset >= segment.baseOffset);
      const nextBase = endOf(round, segment.baseOffset);
      transactions.addAborted(await collectAbortedEntries(behind, segment.baseOffset, nextBase));
      for (let position = 0; position < segment.writtenBytes; ) {
        const slice = await reader.read(segment, position);
        const horizon = BigInt(Math.floor(options.nowMs)) + BigInt(log.config['delete.retention.ms']);
        const kept = slice.headers.flatMap(
          (header) => filterBatch(slice.bytes, header, decide(header, slice.bytes), horizon) ?? [],
        );
        await cleaned.append(kept);
        const written = kept.reduce((sum, { length }) => sum + length, 0);
        await options.pace(slice.nextPosition - position + written);
        position = slice.nextPosition;
      }
    }
    await cleaned.finish();
    if (await log.replaceSegments(cleaned, group)) return cleaned;
  } catch (error) {
    // The first error counts; what stays of the files goes with the next start.
    if (log.isUsable) await cleaned.discard().catch(() => {});
    throw error;
  }
  await cleaned.discard();
  return undefined;
}

/** Where the segment ends that begins at `baseOffset`. */
function endOf({ log, range }: Round, baseOffset: bigint): bigint {
  return log.compactionSegments().find((each) => each.baseOffset > baseOffset)?.baseOffset ?? range.endOffset;
}

/** Decides on batch after batch of the segments up to `endOffset`, in the order of their offsets. */
function fateDecider(
  { log, options, map, transactions }: Round,
  endOffset: bigint,
): (header: BatchHeader, bytes: Buffer) => BatchFate {
  const now = BigInt(Math.floor(options.nowMs));
  // Of each producer that is still known, its newest batches in this log: without the last a restart would forget its sequence or epoch, without the others it
  // would not know a batch again that is sent again. Of a transaction that is over nothing is sent again.
  const known = new Map(Array.from(log.producers.entries(), (entry) => [entry.producerId, entry]));
  return (header, bytes) => {
    const isMarker = isControl(header.attributes);
    const isOver = isMarker ? transactions.onControlBatch(header, bytes) : transactions.onBatch(header);
    const horizon = deleteHorizonOf(header);
    const hasExpired = horizon !== undefined && horizon <= now;
    const producer = known.get(header.producerId);
    const isRemembered =
      producer !== undefined &&
      (producer.batches.length === 0
        ? isMarker && producer.producerEpoch === header.producerEpoch
        : (isTransactional(header.attributes) ? producer.batches.slice(-1) : producer.batches).some(
            ({ lastOffset }) => lastOffset === header.lastOffset,
          ));
    return {
      dropsRecords: isOver && (!isMarker || hasExpired),
      // A segment that ended before the next one begins would look to a recovery as if a power cut had taken its end.
      keepsEmpty: isRemembered || header.lastOffset + 1n === endOffset,
      endsEmptyTransaction: isOver && isMarker,
      keepsRecord: ({ buffer, keyStart, keyLength, valueLength }, offset) => {
        if (offset > map.latestOffset) return true;
        if (keyLength < 0 || (valueLength < 0 && hasExpired)) return false;
        return offset >= map.get(buffer, keyStart, keyLength);
      },
    };
  };
}
