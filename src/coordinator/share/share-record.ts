// The records in `__share_group_state`, in the versions that Apache Kafka 4.3 writes, so that its tools read what we write: snapshots of a
// share partition's state, and updates that follow them.

import {
  decodeRecordKey,
  decodeRecordValue,
  encodeRecordKey,
  encodeRecordValue,
  SHARE_RECORDS,
  type ShareSnapshotValue,
  type ShareUpdateValue,
  shareSnapshotRecord,
  shareUpdateRecord,
} from '../../protocol/index.ts';
import type { LogRecord } from '../runtime/coordinator-log.ts';
import type { RecordSerde } from '../runtime/record-serde.ts';
import type { SharePartitionKey } from './share-partition-key.ts';

export type ShareRecord =
  /** Null is a tombstone: the state is forgotten. */
  | { readonly kind: 'snapshot'; readonly key: SharePartitionKey; readonly value: ShareSnapshotValue | null }
  | { readonly kind: 'update'; readonly key: SharePartitionKey; readonly value: ShareUpdateValue };

const VERSION = 0;

export const shareRecordSerde: RecordSerde<ShareRecord> = { serialize, deserialize };

function serialize(record: ShareRecord): LogRecord {
  if (record.kind === 'update') {
    return {
      key: encodeRecordKey(shareUpdateRecord, record.key),
      value: encodeRecordValue(shareUpdateRecord, VERSION, record.value),
    };
  }
  return {
    key: encodeRecordKey(shareSnapshotRecord, record.key),
    value: record.value && encodeRecordValue(shareSnapshotRecord, VERSION, record.value),
  };
}

function deserialize({ key, value }: LogRecord): ShareRecord | undefined {
  if (key === null) throw new Error('A record in the topic of share groups has no key');
  const decoded = decodeRecordKey(SHARE_RECORDS, key);
  switch (decoded?.type) {
    case 0:
      return { kind: 'snapshot', key: decoded.key, value: value && decodeRecordValue(shareSnapshotRecord, value) };
    case 1:
      return value === null
        ? undefined
        : { kind: 'update', key: decoded.key, value: decodeRecordValue(shareUpdateRecord, value) };
    default:
      return undefined;
  }
}
