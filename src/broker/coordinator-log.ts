// The log below a coordinator, over the partitions of an internal topic.

import type { CoordinatorLog, LoadVisitor, LogMarker, LogProducer, LogRecord } from '../coordinator/index.ts';
import type { Clock } from '../platform/index.ts';
import {
  type BatchHeader,
  type CompressionType,
  encodeBatch,
  encodeEndTransactionBatch,
  isControl,
  isTransactional,
  iterateBatches,
  KafkaError,
  readEndTransactionMarker,
  readRecords,
} from '../protocol/index.ts';
import type { HostedPartition, Partition, StorageEngine } from '../storage/index.ts';

/** The largest batch that is inflated while loading; nothing that a coordinator wrote comes near it. */
const MAX_INFLATED_BYTES = 256 * 1024 * 1024;

export interface PartitionLogOptions {
  readonly storage: StorageEngine;
  readonly topic: string;
  readonly clock: Clock;
  readonly compression: CompressionType;
  /** Bytes read at a time while loading. */
  readonly loadBufferBytes: number;
}

/** Appends are durable when they resolve; loading gives every record between the log start offset and the high watermark. */
export function partitionCoordinatorLog(options: PartitionLogOptions): CoordinatorLog {
  const { storage, topic, clock, compression, loadBufferBytes } = options;

  function hosted(index: number): HostedPartition {
    const found = storage.partition(topic, index);
    if (found === undefined) throw new KafkaError('NOT_COORDINATOR', `${topic}-${index} is not led here`);
    // It would load as if it were empty, and everything in it would be forgotten.
    if (found.error !== undefined) throw found.error;
    return found;
  }

  /** Coordinators write only what they have loaded. */
  function partition(index: number): Partition {
    const { loaded } = hosted(index);
    if (loaded === undefined) throw new KafkaError('NOT_COORDINATOR', `${topic}-${index} is not loaded`);
    return loaded;
  }

  async function append(index: number, records: readonly LogRecord[], producer?: LogProducer): Promise<void> {
    const timestamp = BigInt(clock.now());
    const batch = encodeBatch({
      baseOffset: 0n,
      compression,
      ...(producer && { ...producer, isTransactional: true }),
      records: records.map(({ key, value }) => ({ timestamp, key, value, headers: [] })),
    });
    await partition(index).append(batch, { durability: 'synced', origin: 'coordinator' });
  }

  return {
    append,

    transactions: {
      append,

      async appendMarker(index: number, marker: LogMarker): Promise<void> {
        await appendMarker(partition(index), marker, clock.now());
      },

      producer(index: number, producerId: bigint) {
        const known = partition(index).producer(producerId);
        if (known === undefined) return undefined;
        const { producerEpoch, coordinatorEpoch, currentTransactionStartOffset } = known;
        return { producerEpoch, coordinatorEpoch, hasOpenTransaction: currentTransactionStartOffset >= 0n };
      },
    },

    async load(index: number, visitor: LoadVisitor, signal: AbortSignal): Promise<void> {
      const source = await hosted(index).load();
      let offset = source.logStartOffset;
      while (offset < source.highWatermark) {
        signal.throwIfAborted();
        const { records } = await source.read({
          offset,
          maxBytes: loadBufferBytes,
          minOneBatch: true,
          isolation: 'read_uncommitted',
        });
        const next = visitAll(records, offset, visitor);
        if (next === offset) return;
        offset = next;
      }
    },

    maxBatchBytes: (index) => hosted(index).config['max.message.bytes'],
  };
}

/** Writes the control batch that ends a transaction in the partition; durable when it resolves. */
export async function appendMarker(partition: Partition, marker: LogMarker, nowMs: number): Promise<void> {
  const { producerId, producerEpoch, coordinatorEpoch, isCommit, transactionVersion } = marker;
  const batch = encodeEndTransactionBatch({
    type: isCommit ? 'COMMIT' : 'ABORT',
    producerId,
    producerEpoch,
    coordinatorEpoch,
    timestamp: BigInt(nowMs),
  });
  await partition.append(batch, { durability: 'synced', origin: 'coordinator', transactionVersion });
}

/** Returns the offset behind the last record. */
function visitAll(chunks: readonly Buffer[], from: bigint, visitor: LoadVisitor): bigint {
  let next = from;
  for (const chunk of chunks) {
    for (const header of iterateBatches(chunk)) {
      if (isControl(header.attributes)) visitMarker(chunk, header, from, visitor);
      else visitRecords(chunk, header, from, visitor);
      next = header.lastOffset + 1n;
    }
  }
  return next;
}

function visitRecords(chunk: Buffer, header: BatchHeader, from: bigint, visitor: LoadVisitor): void {
  const { producerId, producerEpoch } = header;
  const producer = isTransactional(header.attributes) ? { producerId, producerEpoch } : undefined;
  for (const record of readRecords(chunk, header, { maxBytes: MAX_INFLATED_BYTES })) {
    if (record.offset >= from) visitor.record(record, record.offset, producer);
  }
}

function visitMarker(chunk: Buffer, header: BatchHeader, from: bigint, visitor: LoadVisitor): void {
  const { producerId, producerEpoch } = header;
  for (const record of readRecords(chunk, header)) {
    const marker = readEndTransactionMarker(record);
    if (marker === undefined || record.offset < from) continue;
    visitor.marker?.({ producerId, producerEpoch, isCommit: marker.type === 'COMMIT' }, record.offset);
  }
}
