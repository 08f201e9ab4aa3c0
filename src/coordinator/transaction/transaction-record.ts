// The records in `__transaction_state`, in the versions that Apache Kafka 4.3 writes, so that its tools read what we write.

import {
  decodeRecordKey,
  decodeRecordValue,
  encodeRecordKey,
  encodeRecordValue,
  transactionLogRecord as schema,
  TRANSACTION_RECORDS,
  type TransactionLogValue,
} from '../../protocol/index.ts';
import type { LogRecord } from '../runtime/coordinator-log.ts';
import type { RecordSerde } from '../runtime/record-serde.ts';
import { NO_PARTITIONS, type TopicPartitions } from './topic-partitions.ts';
import { NO_PRODUCER_EPOCH, type TransactionMetadata } from './transaction-metadata.ts';
import { TRANSACTION_STATES } from './transaction-state.ts';

/** Null is a tombstone: the transactional id is forgotten. */
export interface TransactionRecord {
  readonly transactionalId: string;
  readonly metadata: TransactionMetadata | null;
}

/** Levels of the feature `transaction.version` from 1 on write flexible values. */
export function transactionRecordSerde(transactionVersion: () => number): RecordSerde<TransactionRecord> {
  return {
    serialize: ({ transactionalId, metadata }) => ({
      key: encodeRecordKey(schema, { transactionalId }),
      value:
        metadata &&
        encodeRecordValue(schema, transactionVersion() >= 1 ? 1 : 0, recordValue(metadata, transactionVersion())),
    }),
    deserialize,
  };
}

function recordValue(metadata: TransactionMetadata, transactionVersion: number): TransactionLogValue {
  const isFlexible = transactionVersion >= 1;
  const partitions = Array.from(metadata.partitions, ([topic, indexes]) => ({ topic, partitionIds: [...indexes] }));
  return {
    producerId: metadata.producerId,
    previousProducerId: isFlexible ? metadata.previousProducerId : -1n,
    nextProducerId: isFlexible ? metadata.nextProducerId : -1n,
    producerEpoch: metadata.producerEpoch,
    nextProducerEpoch: -1,
    transactionTimeoutMs: metadata.timeoutMs,
    transactionStatus: TRANSACTION_STATES.indexOf(metadata.state),
    transactionPartitions: metadata.state === 'Empty' ? null : partitions,
    transactionLastUpdateTimestampMs: metadata.lastUpdateTimestampMs,
    transactionStartTimestampMs: metadata.startTimestampMs,
    clientTransactionVersion: isFlexible ? metadata.clientTransactionVersion : 0,
  };
}

function deserialize({ key, value }: LogRecord): TransactionRecord | undefined {
  if (key === null) throw new Error('A record in the transaction topic has no key');
  const decoded = decodeRecordKey(TRANSACTION_RECORDS, key);
  if (decoded === undefined) return undefined;
  const { transactionalId } = decoded.key;
  const metadata = value && metadataOf(transactionalId, decodeRecordValue(schema, value));
  return { transactionalId, metadata };
}

function metadataOf(transactionalId: string, value: TransactionLogValue): TransactionMetadata {
  const state = TRANSACTION_STATES[value.transactionStatus];
  if (state === undefined)
    throw new Error(`Transaction ${transactionalId} has the unknown state ${value.transactionStatus}`);
  return {
    transactionalId,
    producerId: value.producerId,
    previousProducerId: value.previousProducerId,
    nextProducerId: value.nextProducerId,
    producerEpoch: value.producerEpoch,
    lastProducerEpoch: NO_PRODUCER_EPOCH,
    timeoutMs: value.transactionTimeoutMs,
    state,
    partitions: partitionsOf(value),
    startTimestampMs: value.transactionStartTimestampMs,
    lastUpdateTimestampMs: value.transactionLastUpdateTimestampMs,
    clientTransactionVersion: value.clientTransactionVersion,
  };
}

function partitionsOf({ transactionPartitions }: TransactionLogValue): TopicPartitions {
  if (transactionPartitions === null) return NO_PARTITIONS;
  return new Map(transactionPartitions.map(({ topic, partitionIds }) => [topic, new Set(partitionIds)]));
}
