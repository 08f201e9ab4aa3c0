// The log below a coordinator, as a contract: the broker implements it over a partition of an internal topic, tests keep it in
// memory. Records are bytes here; what they mean is the business of the `RecordSerde`.

/** One record as the log keeps it. A null value is a tombstone; metadata logs have no keys. */
export interface LogRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** Whose transaction a batch is part of. */
export interface LogProducer {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

/** The end of a producer's transaction: readers take its records into account from here on, or never. */
export interface LogMarker extends LogProducer {
  readonly isCommit: boolean;
  readonly coordinatorEpoch: number;
  /** 2 and above: the epoch must be above the producer's last (KIP-890). */
  readonly transactionVersion: number;
}

/** What a log knows of a producer, by which it refuses older ones. */
export interface LogProducerState {
  readonly producerEpoch: number;
  readonly coordinatorEpoch: number;
  readonly hasOpenTransaction: boolean;
}

/** What `CoordinatorLog.load` tells about the log, in the order of the log. The buffers are valid during the call only. */
export interface LoadVisitor {
  /** `offset` grows from call to call; records of a snapshot carry offsets below those of the log behind it. */
  record(record: LogRecord, offset: bigint, producer?: LogProducer): void;
  /** A transaction ended here. */
  marker?(marker: Pick<LogMarker, 'producerId' | 'producerEpoch' | 'isCommit'>, offset: bigint): void;
}

export interface CoordinatorLog {
  /**
   * Appends the records as one batch, all or nothing, and resolves when they are committed: a reader of the log will see them after any
   * crash. The runtime never has two appends of one partition under way. A rejection means that the batch may or may not be in the log; the
   * runtime then loads the partition again and goes on with what it finds.
   */
  append(partition: number, records: readonly LogRecord[]): Promise<void>;
  /** Reads the whole log, latest snapshot first where there is one. Resolves when everything readable was given to the visitor. */
  load(partition: number, visitor: LoadVisitor, signal: AbortSignal): Promise<void>;
  /** The largest batch that `append` takes, in bytes (`max.message.bytes` of the topic). */
  maxBatchBytes(partition: number): number;
  /** Only for logs whose records may be part of producers' transactions. */
  readonly transactions?: TransactionalAppends;
}

export interface TransactionalAppends {
  /** As `append`, of a batch that is part of the producer's transaction. */
  append(partition: number, records: readonly LogRecord[], producer: LogProducer): Promise<void>;
  /** As `append`, of the control batch that ends a transaction. */
  appendMarker(partition: number, marker: LogMarker): Promise<void>;
  /** What the appends that have begun so far leave behind of a producer; undefined for an unknown one. */
  producer(partition: number, producerId: bigint): LogProducerState | undefined;
}
