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
export function lastSequence(entry: ProducerEntry): number {
  return entry.batches.at(-1)?.lastSequence ?? -1;
}
