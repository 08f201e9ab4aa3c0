// The log below a coordinator, as a contract: the broker implements it over a partition of an internal topic, tests keep it in
// memory. Records are bytes here; what they mean is the business of the `RecordSerde`.

/** One record as the log keeps it. A null value is a tombstone; metadata logs have no keys. */
export interface LogRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** What `CoordinatorLog.load` tells about the log, in the order of the log. The buffers are valid during the call only. */
export interface LoadVisitor {
  /** `offset` grows from call to call; records of a snapshot carry offsets below those of the log behind it. */
  record(record: LogRecord, offset: bigint): void;
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
}
