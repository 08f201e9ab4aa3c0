// What a partition remembers of one producer: enough to recognise a batch that was sent twice, one that is out of order, and an open transaction.

/** Kafka keeps this many batches of a producer to recognise duplicates: a client has at most as many requests in flight. */
export const BATCHES_KEPT_PER_PRODUCER = 5;

/** One appended data batch of a producer. */
export interface ProducerBatch {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  /** Largest timestamp of its records, milliseconds. */
  readonly timestamp: bigint;
}

/** Plain and immutable: an update makes a new entry, so that whoever holds one sees one moment. */
export interface ProducerEntry {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** The last batches of this epoch, oldest first, at most `BATCHES_KEPT_PER_PRODUCER`. Empty after a control batch that opened an epoch. */
  readonly batches: readonly ProducerBatch[];
  /** Milliseconds; of the last batch, control batches included. */
  readonly lastTimestamp: bigint;
  /** Of the coordinator that wrote the last transaction marker; -1 before the first. */
  readonly coordinatorEpoch: number;
  /** Where the open transaction began; undefined without one. */
  readonly currentTxnFirstOffset: bigint | undefined;
}

/** -1 when no batch is known, as Kafka's NO_SEQUENCE. */
export function lastSequenceOf(entry: ProducerEntry): number {
  return entry.batches.at(-1)?.lastSequence ?? -1;
}

/** What an appended batch brings to its producer's entry. */
export interface AppendedBatch {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly batch: ProducerBatch;
  readonly isTransactional: boolean;
}

/** The entry after a data batch. Another epoch forgets the batches of the one before. */
export function withDataBatch(entry: ProducerEntry | undefined, appended: AppendedBatch): ProducerEntry {
  const { producerId, producerEpoch, batch, isTransactional } = appended;
  const isSameEpoch = entry !== undefined && entry.producerEpoch === producerEpoch;
  const open = entry?.currentTxnFirstOffset;
  return {
    producerId,
    producerEpoch,
    batches: isSameEpoch ? [...entry.batches.slice(1 - BATCHES_KEPT_PER_PRODUCER), batch] : [batch],
    lastTimestamp: batch.timestamp,
    coordinatorEpoch: entry?.coordinatorEpoch ?? -1,
    currentTxnFirstOffset: open ?? (isTransactional ? batch.firstOffset : undefined),
  };
}

/** A transaction marker as the log holds it. */
export interface AppendedMarker {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly coordinatorEpoch: number;
  readonly timestamp: bigint;
}

/** The entry after a transaction marker: the transaction is over. */
export function withMarker(entry: ProducerEntry | undefined, marker: AppendedMarker): ProducerEntry {
  const { producerId, producerEpoch, coordinatorEpoch, timestamp } = marker;
  const isSameEpoch = entry !== undefined && entry.producerEpoch === producerEpoch;
  return {
    producerId,
    producerEpoch,
    batches: isSameEpoch ? entry.batches : [],
    lastTimestamp: timestamp,
    coordinatorEpoch,
    currentTxnFirstOffset: undefined,
  };
}
