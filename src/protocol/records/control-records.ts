// Control batches: the markers that end transactions and the control records of the metadata log. Consumers skip them.

import { type BatchOptions, encodeBatch } from './batch-builder.ts';
import { InvalidRecordBatchError } from './invalid-record-batch-error.ts';

/** Kafka's control record types by the number in their key. */
export const CONTROL_RECORD_TYPES = [
  'ABORT',
  'COMMIT',
  'LEADER_CHANGE',
  'SNAPSHOT_HEADER',
  'SNAPSHOT_FOOTER',
  'KRAFT_VERSION',
  'KRAFT_VOTERS',
] as const;

export type ControlRecordType = (typeof CONTROL_RECORD_TYPES)[number];

export interface ControlRecord {
  readonly type: ControlRecordType;
  /** The record's schema, encoded, with the version in front only where it has one there (markers do, KRaft's do not). */
  readonly value: Buffer;
}

export interface ControlBatchOptions extends Omit<BatchOptions, 'isControl'> {
  /** Milliseconds. */
  readonly timestamp: bigint;
  readonly records: readonly ControlRecord[];
}

export function encodeControlBatch(options: ControlBatchOptions): Buffer {
  const { timestamp, records, ...batch } = options;
  return encodeBatch({
    ...batch,
    isControl: true,
    records: records.map(({ type, value }) => ({ timestamp, key: encodeControlKey(type), value })),
  });
}

export interface EndTransactionMarker {
  readonly type: 'ABORT' | 'COMMIT';
  readonly coordinatorEpoch: number;
}

export interface EndTransactionBatchOptions extends EndTransactionMarker {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** Milliseconds. */
  readonly timestamp: bigint;
  readonly baseOffset?: bigint;
  readonly partitionLeaderEpoch?: number;
}

/** The batch that ends a producer's transaction in one partition. */
export function encodeEndTransactionBatch(options: EndTransactionBatchOptions): Buffer {
  const { type, coordinatorEpoch, ...batch } = options;
  const value = Buffer.alloc(6);
  value.writeInt32BE(coordinatorEpoch, 2);
  return encodeControlBatch({ ...batch, isTransactional: true, records: [{ type, value }] });
}

/** The type in the key of a control record; undefined for one that a newer Kafka may have, which readers skip. */
export function readControlRecordType(key: Buffer | null): ControlRecordType | undefined {
  if (key === null || key.length < 4) throw invalid(`its key has ${key?.length ?? 'no'} bytes, 4 are needed`);
  // Versions above ours only add to the key, so ours is read.
  if (key.readInt16BE(0) < 0) throw invalid(`its key has version ${key.readInt16BE(0)}`);
  return CONTROL_RECORD_TYPES[key.readInt16BE(2)];
}

/** The marker in a control record; undefined where it is of another type. */
export function readEndTransactionMarker(record: {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}): EndTransactionMarker | undefined {
  const type = readControlRecordType(record.key);
  if (type !== 'ABORT' && type !== 'COMMIT') return undefined;
  const { value } = record;
  if (value === null || value.length < 6) throw invalid(`its value has ${value?.length ?? 'no'} bytes, 6 are needed`);
  if (value.readInt16BE(0) < 0) throw invalid(`its value has version ${value.readInt16BE(0)}`);
  return { type, coordinatorEpoch: value.readInt32BE(2) };
}

function encodeControlKey(type: ControlRecordType): Buffer {
  const key = Buffer.alloc(4);
  key.writeInt16BE(CONTROL_RECORD_TYPES.indexOf(type), 2);
  return key;
}

function invalid(detail: string): InvalidRecordBatchError {
  return new InvalidRecordBatchError('INVALID_RECORD', 'control-batch', `Cannot read control record: ${detail}`);
}
