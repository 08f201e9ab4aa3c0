// Records of internal topics and control records, decoded by the schemas of the protocol.

import {
  type CoordinatorRecord,
  decodeMetadataRecord,
  decodeRecordKey,
  decodeRecordValue,
  GROUP_RECORDS,
  kraftVersionRecord,
  leaderChangeMessage,
  METADATA_RECORDS,
  type RecordView,
  readControlRecordType,
  readEndTransactionMarker,
  SHARE_RECORDS,
  snapshotFooterRecord,
  snapshotHeaderRecord,
  TRANSACTION_RECORDS,
  votersRecord,
} from '../../protocol/index.ts';
import type { DecodedRecord, DecoderName } from './dump-entry.ts';

type Decoder = (record: RecordView) => DecodedRecord | undefined;

const DECODERS: Readonly<Record<Exclude<DecoderName, 'auto' | 'none'>, Decoder>> = {
  offsets: (record) => decodeCoordinatorRecord(GROUP_RECORDS, record),
  transactions: (record) => decodeCoordinatorRecord(TRANSACTION_RECORDS, record),
  share: (record) => decodeCoordinatorRecord(SHARE_RECORDS, record),
  metadata: decodeMetadata,
};

const BY_TOPIC: Readonly<Record<string, Exclude<DecoderName, 'auto' | 'none'>>> = {
  __consumer_offsets: 'offsets',
  __transaction_state: 'transactions',
  __share_group_state: 'share',
  __cluster_metadata: 'metadata',
};

/** The decoder that was asked for, or the one that the name of the partition's directory stands for. Undefined: records are shown as they are. */
export function chooseDecoder(name: DecoderName, directoryName: string): Decoder | undefined {
  const topic = directoryName.replace(/-\d+$/, '');
  const chosen = name === 'auto' ? (Object.hasOwn(BY_TOPIC, topic) ? BY_TOPIC[topic] : 'none') : name;
  return chosen === undefined || chosen === 'none' ? undefined : DECODERS[chosen];
}

/** Undefined for a type that a newer Kafka may have. */
export function decodeControlRecord(record: RecordView): DecodedRecord | undefined {
  const type = readControlRecordType(record.key);
  const value = record.value ?? Buffer.alloc(0);
  switch (type) {
    case 'ABORT':
    case 'COMMIT':
      return { name: type, key: null, value: { coordinatorEpoch: readEndTransactionMarker(record)?.coordinatorEpoch } };
    case 'LEADER_CHANGE':
      return {
        name: type,
        key: null,
        value: leaderChangeMessage.codec(value.length < 2 ? 0 : value.readInt16BE(0)).decode(value),
      };
    case 'SNAPSHOT_HEADER':
      return { name: type, key: null, value: snapshotHeaderRecord.codec(0).decode(value) };
    case 'SNAPSHOT_FOOTER':
      return { name: type, key: null, value: snapshotFooterRecord.codec(0).decode(value) };
    case 'KRAFT_VERSION':
      return { name: type, key: null, value: kraftVersionRecord.codec(0).decode(value) };
    case 'KRAFT_VOTERS':
      return { name: type, key: null, value: votersRecord.codec(0).decode(value) };
    default:
      return undefined;
  }
}

function decodeCoordinatorRecord(
  table: typeof GROUP_RECORDS | typeof TRANSACTION_RECORDS | typeof SHARE_RECORDS,
  { key, value }: RecordView,
): DecodedRecord | undefined {
  const decoded = key === null ? undefined : decodeRecordKey(table, key);
  if (decoded === undefined) return undefined;
  return {
    name: decoded.record.key.name.replace(/Key$/, ''),
    key: decoded.key,
    // Null is a tombstone: the key is forgotten.
    value: value === null ? null : decodeRecordValue(decoded.record as CoordinatorRecord, value),
  };
}

function decodeMetadata({ value }: RecordView): DecodedRecord | undefined {
  if (value === null) return undefined;
  const decoded = decodeMetadataRecord(METADATA_RECORDS, value);
  return { name: METADATA_RECORDS[decoded.type].message.name, key: null, value: decoded.value };
}
