// Brings in the indexes of a segment from the disk: read where they are whole, rebuilt from the batches where they are not.

import type { DiskFile } from '../platform/index.ts';
import { scanHeaders } from './batch-scan.ts';
import { IndexBuilder } from './index-builder.ts';
import type { IndexPlace } from './index-file.ts';
import { whyIndexesAreWrong } from './index-lookup.ts';
import type { LogContext } from './log-context.ts';
import { LogCorruptError } from './log-error.ts';
import { OFFSET_INDEX_ENTRY_BYTES } from './offset-index.ts';
import { segmentFileName } from './segment-files.ts';
import { SegmentIndexes } from './segment-indexes.ts';
import { TIME_INDEX_ENTRY_BYTES } from './time-index.ts';
import { TRANSACTION_INDEX_ENTRY_BYTES } from './transaction-index.ts';

/** A segment, as far as its indexes are concerned. */
export interface IndexedSegment extends IndexPlace {
  readonly path: string;
  /** Of the .log file. */
  readonly writtenBytes: number;
  useFile<T>(action: (file: DiskFile) => Promise<T>): Promise<T>;
}

/** With a warning, and true in `areRebuilt`, the offset and the time index are made anew when what is on the disk cannot be right. */
export async function loadIndexes(
  context: LogContext,
  segment: IndexedSegment,
): Promise<{ indexes: SegmentIndexes; areRebuilt: boolean }> {
  const found = await readIndexes(context, segment);
  try {
    const reason = found.reason ?? (await whyWrong(context, segment, found.indexes));
    if (reason === undefined) return { indexes: found.indexes, areRebuilt: false };
    context.services.logger.warn({ segment: segment.path, reason }, 'rebuilding the indexes of a segment');
    return { indexes: await rebuildIndexes(context, segment, found.indexes), areRebuilt: true };
  } catch (error) {
    if (!(error instanceof LogCorruptError) || found.reason !== undefined) throw error;
    // Where the batches are damaged nothing can be made of them; the indexes still lead to the good ones.
    return { indexes: found.indexes, areRebuilt: false };
  }
}

async function whyWrong(
  { config }: LogContext,
  segment: IndexedSegment,
  indexes: SegmentIndexes,
): Promise<string | undefined> {
  const end = segment.writtenBytes;
  if (end === 0) return undefined;
  return segment.useFile((file) => whyIndexesAreWrong({ file, end }, indexes, config['index.interval.bytes']));
}

/** The transaction index comes in any case, because headers alone do not give it back. */
async function readIndexes(
  { services: { disk, openFiles } }: LogContext,
  segment: IndexedSegment,
): Promise<{ indexes: SegmentIndexes; reason?: string }> {
  const { directory, baseOffset } = segment;
  const name = (kind: 'index' | 'timeindex' | 'txnindex') => segmentFileName(baseOffset, kind);
  const size = async (kind: 'index' | 'timeindex' | 'txnindex') =>
    (await disk.status(`${directory}/${name(kind)}`))?.size;
  const [offsetBytes, timeBytes, transactionBytes] = await Promise.all([
    size('index'),
    size('timeindex'),
    size('txnindex'),
  ]);
  const transactions = transactionBytes && Math.floor(transactionBytes / TRANSACTION_INDEX_ENTRY_BYTES);
  const anew = (reason: string) => ({ indexes: new SegmentIndexes(openFiles, segment, { transactions }), reason });
  if (offsetBytes === undefined) return anew(`${name('index')} is missing`);
  if (timeBytes === undefined) return anew(`${name('timeindex')} is missing`);
  const entries = {
    offsets: offsetBytes / OFFSET_INDEX_ENTRY_BYTES,
    times: timeBytes / TIME_INDEX_ENTRY_BYTES,
    transactions,
  };
  if (!Number.isInteger(entries.offsets))
    return anew(`${name('index')} has ${offsetBytes} bytes, no whole number of entries`);
  if (!Number.isInteger(entries.times))
    return anew(`${name('timeindex')} has ${timeBytes} bytes, no whole number of entries`);
  const indexes = new SegmentIndexes(openFiles, segment, entries);
  const last = await indexes.offsets.lastEntry();
  // Also what is left when Apache Kafka died: it makes an index of zeros first, and cuts it to its length when the segment is full.
  if (last !== undefined && last.offset <= baseOffset && last.position === 0)
    return anew(`${name('index')} ends in zeros`);
  const lastTime = await indexes.times.lastEntry();
  if (indexes.times.entryCount > 0 && lastTime.timestamp <= 0n && lastTime.offset <= baseOffset) {
    return anew(`${name('timeindex')} ends in zeros`);
  }
  return { indexes };
}

/**
 * Makes the offset and time index anew from the batches' headers. Rejects with `LogCorruptError` where there is no batch, and changes nothing on the
 * disk then.
 */
function rebuildIndexes({ config }: LogContext, segment: IndexedSegment, old: SegmentIndexes): Promise<SegmentIndexes> {
  const { writtenBytes } = segment;
  return segment.useFile(async (file) => {
    const indexes = old.anew();
    const builder = new IndexBuilder(await indexes.times.lastEntry());
    for await (const { header, position } of scanHeaders(file, 0, writtenBytes)) {
      // The checksum does not cover the offset of a batch.
      if (!indexes.offsets.canHold(header.lastOffset))
        throw new LogCorruptError(file.path, position, `no batch of this segment has the offset ${header.baseOffset}`);
      if (builder.add(header, config['index.interval.bytes']))
        indexes.append(header.lastOffset, position, builder.largest);
    }
    indexes.times.appendIfLater(builder.largest);
    await indexes.write(true);
    return indexes;
  });
}
