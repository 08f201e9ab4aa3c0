// How the records of one kind of coordinator become bytes and come back.

import type { LogRecord } from './coordinator-log.ts';

export interface RecordSerde<R> {
  serialize(record: R): LogRecord;
  /**
   * Undefined for a record of a kind that this version does not know, which is skipped, as Apache Kafka does. Throws for bytes that break
   * the format: the partition then fails to load instead of losing state. Must copy what it keeps.
   */
  deserialize(record: LogRecord): R | undefined;
}
