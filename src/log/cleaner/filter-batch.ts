// One batch in, what compaction leaves of it out: the same bytes, a smaller batch with the same offsets, a batch without records, or nothing.

import {
  BatchBuilder,
  type BatchHeader,
  type BatchOptions,
  compressionOf,
  hasDeleteHorizon,
  isControl,
  isTransactional,
  type RecordView,
  readRecords,
} from '../../protocol/index.ts';
import { type RecordPlace, visitRecords } from './visit-records.ts';

export interface BatchFate {
  /** All records go. */
  readonly dropsRecords: boolean;
  /** The batch stays, without records if need be: it holds what a producer or the log still has to know. */
  readonly keepsEmpty: boolean;
  /** A marker whose transaction is gone: it gets a time from which it may go too. */
  readonly endsEmptyTransaction: boolean;
  readonly keepsRecord: (record: RecordPlace, offset: bigint) => boolean;
}

/** Undefined when nothing is left. `deleteHorizonMs` is the time that a tombstone gets which has none yet (KIP-534). */
export function filterBatch(
  bytes: Buffer,
  header: BatchHeader,
  fate: BatchFate,
  deleteHorizonMs: bigint,
): Buffer | undefined {
  if (fate.dropsRecords) return fate.keepsEmpty ? emptyBatch(header) : undefined;
  const kept: number[] = [];
  let count = 0;
  let hasTombstone = false;
  visitRecords(bytes, header, (record, offset) => {
    if (isControl(header.attributes) || fate.keepsRecord(record, offset)) {
      kept.push(count);
      if (record.valueLength < 0) hasTombstone = true;
    }
    count++;
    return true;
  });
  if (kept.length === 0) return fate.keepsEmpty && header.magic === 2 ? emptyBatch(header) : undefined;
  const isWhole = header.magic === 2 && kept.length === count;
  const horizon = deleteHorizonOf(header);
  const needsHorizon = (hasTombstone || fate.endsEmptyTransaction) && horizon === undefined;
  if (isWhole && !needsHorizon) return bytes.subarray(header.position, header.position + header.sizeInBytes);
  return rebuild(header, recordsAt(bytes, header, kept), needsHorizon ? deleteHorizonMs : horizon);
}

/** The records with these indexes, which rise. */
function recordsAt(bytes: Buffer, header: BatchHeader, indexes: readonly number[]): RecordView[] {
  const records: RecordView[] = [];
  let index = 0;
  for (const record of readRecords(bytes, header)) if (index++ === indexes[records.length]) records.push(record);
  return records;
}

/** The time from which the tombstones or the marker of the batch may go; undefined while compaction has not met them. */
export function deleteHorizonOf(header: BatchHeader): bigint | undefined {
  return header.magic === 2 && hasDeleteHorizon(header.attributes) ? header.baseTimestamp : undefined;
}

function rebuild(header: BatchHeader, records: readonly RecordView[], deleteHorizonMs: bigint | undefined): Buffer {
  // An old message set has no base offset of its own.
  const baseOffset = header.magic === 2 ? header.baseOffset : (records[0]?.offset ?? header.baseOffset);
  const lastOffsetDelta = Number(header.lastOffset - baseOffset);
  const builder = new BatchBuilder(
    {
      ...identityOf(header),
      baseOffset,
      lastOffsetDelta,
      compression: compressionOf(header.attributes),
      ...(header.timestampType === 'LogAppendTime' ? { maxTimestamp: header.maxTimestamp } : {}),
      ...(deleteHorizonMs === undefined ? {} : { deleteHorizonMs }),
    },
    header.sizeInBytes,
  );
  for (const record of records) builder.append(record);
  return builder.build();
}

function emptyBatch(header: BatchHeader): Buffer {
  const { baseOffset, lastOffsetDelta, maxTimestamp } = header;
  return new BatchBuilder({ ...identityOf(header), baseOffset, lastOffsetDelta, maxTimestamp }, 0).build();
}

/** What a batch keeps whatever becomes of its records. */
function identityOf(header: BatchHeader): BatchOptions {
  return {
    partitionLeaderEpoch: header.partitionLeaderEpoch,
    timestampType: header.timestampType === 'LogAppendTime' ? 'LogAppendTime' : 'CreateTime',
    producerId: header.producerId,
    producerEpoch: header.producerEpoch,
    baseSequence: header.baseSequence,
    isTransactional: isTransactional(header.attributes),
    isControl: isControl(header.attributes),
  };
}
