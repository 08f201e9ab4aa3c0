// The settings of a producer, with Kafka's defaults.

import {
  COMPRESSION_TYPES,
  type CompressionType,
  isCompressionLevel,
  type RecordHeader,
} from '../../protocol/index.ts';
import { ClientError } from '../errors.ts';
import type { ClientOptions } from '../settings.ts';
import type { ProducerRecord } from './producer-record.ts';

/** How a producer writes, with the defaults of Kafka's. */
export interface ProducerOptions extends ClientOptions {
  /** Who must have a record before it counts as written: all in-sync replicas (default), the leader, or nobody. */
  readonly acks?: 'all' | 1 | 0 | undefined;
  /** Default `none`. */
  readonly compression?: CompressionType | undefined;
  /** The codec's own level; default: the codec's default. */
  readonly compressionLevel?: number | undefined;
  /** Bytes of a batch before compression. Default 16,384. */
  readonly batchSize?: number | undefined;
  /** How long a batch waits for more records, ms. Default 5. */
  readonly lingerMs?: number | undefined;
  /** Bytes of records that wait to be sent, or for an answer. Default 32 MiB. */
  readonly bufferMemory?: number | undefined;
  /** Bytes of one request. Default 1 MiB. */
  readonly maxRequestSize?: number | undefined;
  /** From `send` to success or failure, ms. Default 120,000. */
  readonly deliveryTimeoutMs?: number | undefined;
  /** How long `send` waits for metadata and for room in the buffer, ms. Default 60,000. */
  readonly maxBlockMs?: number | undefined;
  /** Sends that wait for metadata or room; one more is refused. Default 10,000. */
  readonly maxWaitingSends?: number | undefined;
  /** No record is written twice by a retry, and order is kept. Default true with acks=all, false otherwise. */
  readonly idempotence?: boolean | undefined;
  /** Requests to one broker without an answer. Default 5. */
  readonly maxInFlight?: number | undefined;
  /**
   * Makes the producer transactional: it writes in transactions only. One producer at a time may use an id; a later one takes over from an
   * earlier one, which is fenced (KIP-98).
   */
  readonly transactionalId?: string | undefined;
  /** After which an open transaction is aborted by its coordinator, ms. Default 60,000. */
  readonly transactionTimeoutMs?: number | undefined;
  /** Records without a key go rather to partitions with few batches waiting. Kafka's `partitioner.adaptive.partitioning.enable`, default true. */
  readonly adaptivePartitioning?: boolean | undefined;
  /**
   * Records without a key pass over partitions whose broker has taken nothing for so long, ms, while there are others. Kafka's
   * `partitioner.availability.timeout.ms`, default 0: never. Only with `adaptivePartitioning`.
   */
  readonly partitionAvailabilityTimeoutMs?: number | undefined;
  /** Records with a key are spread as those without. Kafka's `partitioner.ignore.keys`, default false. */
  readonly ignoreKeys?: boolean | undefined;
  /** Let the broker create topics that are missing, where it is configured so. Default true. */
  readonly allowAutoTopicCreation?: boolean | undefined;
  /**
   * Headers that a record gets beside its own when it is sent, such as the trace that it belongs to (`traceRecords`). What it throws fails the send.
   */
  readonly addHeaders?: ((record: ProducerRecord) => readonly RecordHeader[]) | undefined;
}

export interface ProducerSettings {
  /** As on the wire: -1, 1, 0. */
  readonly acks: number;
  readonly compression: CompressionType;
  readonly compressionLevel: number | undefined;
  readonly batchSize: number;
  readonly lingerMs: number;
  readonly bufferMemory: number;
  readonly maxRequestSize: number;
  readonly deliveryTimeoutMs: number;
  readonly maxBlockMs: number;
  readonly maxWaitingSends: number;
  readonly isIdempotent: boolean;
  readonly maxInFlight: number;
  readonly transactionalId: string | undefined;
  readonly transactionTimeoutMs: number;
  readonly adaptivePartitioning: boolean;
  readonly partitionAvailabilityTimeoutMs: number;
  readonly ignoreKeys: boolean;
  readonly allowAutoTopicCreation: boolean;
  readonly addHeaders: ProducerOptions['addHeaders'];
}

/** Brokers remember five batches of an idempotent producer; with more in flight they could not recognise a repeated one. */
const MAX_IN_FLIGHT_WITH_IDEMPOTENCE = 5;

export function readProducerSettings(options: ProducerOptions): ProducerSettings {
  const acks = options.acks ?? 'all';
  const isIdempotent = options.idempotence ?? acks === 'all';
  const maxInFlight = options.maxInFlight ?? MAX_IN_FLIGHT_WITH_IDEMPOTENCE;
  if (isIdempotent && acks !== 'all') throw new ClientError('An idempotent producer needs acks=all');
  if (isIdempotent && maxInFlight > MAX_IN_FLIGHT_WITH_IDEMPOTENCE) {
    throw new ClientError(
      `An idempotent producer has at most ${MAX_IN_FLIGHT_WITH_IDEMPOTENCE} requests in flight, not ${maxInFlight}`,
    );
  }
  if (options.transactionalId !== undefined && !isIdempotent)
    throw new ClientError('A transactional producer needs idempotence');
  const compression = options.compression ?? 'none';
  if (!COMPRESSION_TYPES.includes(compression))
    throw new ClientError(`${compression} is no compression: use ${COMPRESSION_TYPES.join(', ')}`);
  const { compressionLevel } = options;
  const hasLevels = compression !== 'none' && compression !== 'snappy';
  if (hasLevels && compressionLevel !== undefined && !isCompressionLevel(compression, compressionLevel))
    throw new ClientError(`Compression ${compression} has no level ${compressionLevel}`);
  return {
    acks: acks === 'all' ? -1 : acks,
    compression,
    compressionLevel,
    batchSize: options.batchSize ?? 16_384,
    lingerMs: options.lingerMs ?? 5,
    bufferMemory: options.bufferMemory ?? 32 * 1024 * 1024,
    maxRequestSize: options.maxRequestSize ?? 1024 * 1024,
    deliveryTimeoutMs: options.deliveryTimeoutMs ?? 120_000,
    maxBlockMs: options.maxBlockMs ?? 60_000,
    maxWaitingSends: options.maxWaitingSends ?? 10_000,
    isIdempotent,
    maxInFlight,
    transactionalId: options.transactionalId,
    transactionTimeoutMs: options.transactionTimeoutMs ?? 60_000,
    adaptivePartitioning: options.adaptivePartitioning ?? true,
    partitionAvailabilityTimeoutMs: options.partitionAvailabilityTimeoutMs ?? 0,
    ignoreKeys: options.ignoreKeys ?? false,
    allowAutoTopicCreation: options.allowAutoTopicCreation ?? true,
    addHeaders: options.addHeaders,
  };
}
