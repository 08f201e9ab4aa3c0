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

export interface BatchFate {
  /** All records go. */
  readonly dropsRecords: boolean;
  /** The batch stays, without records if need be: it holds what a producer or the log still has to know. */
  readonly keepsEmpty: boolean;
  /** A marker whose transaction is gone: it gets a time from which it may go too. */
  readonly endsEmptyTransaction: boolean;
  readonly keepsRecord: (record: RecordView) => boolean;
}

/** Undefined when nothing is left. `deleteHorizonMs` is the time that a tombstone gets which has none yet (KIP-534). */
export function filterBatch(
  bytes: Buffer,
  header: BatchHeader,
  fate: BatchFate,
  deleteHorizonMs: bigint,
): Buffer | undefined {
  if (fate.dropsRecords) return fate.keepsEmpty ? emptyBatch(header) : undefined;
  const kept: RecordView[] = [];
  let hasTombstone = false;
  let isWhole = header.magic === 2;
  for (const record of readRecords(bytes, header)) {
    if (isControl(header.attributes) || fate.keepsRecord(record)) {
      kept.push(record);
      if (record.value === null) hasTombstone = true;
    } else {
      isWhole = false;
    }
  }
  if (kept.length === 0) return fate.keepsEmpty && header.magic === 2 ? emptyBatch(header) : undefined;
  const horizon = deleteHorizonOf(header);
  const needsHorizon = (hasTombstone || fate.endsEmptyTransaction) && horizon === undefined;
  if (isWhole && !needsHorizon) return bytes.subarray(header.position, header.position + header.sizeInBytes);
  return rebuild(header, kept, needsHorizon ? deleteHorizonMs : horizon);
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
