// What is wrong with a batch or a record: the Kafka error that answers it, and a reason that code can tell apart.

import { KafkaError } from '../errors.ts';

/** The errors that bad records lead to. */
export type RecordBatchErrorName =
  | 'CORRUPT_MESSAGE'
  | 'INVALID_RECORD'
  | 'INVALID_TIMESTAMP'
  | 'MESSAGE_TOO_LARGE'
  | 'UNSUPPORTED_COMPRESSION_TYPE';

export type RecordBatchReason =
  | 'truncated'
  | 'size'
  | 'magic'
  | 'crc'
  | 'offsets'
  | 'record-count'
  | 'compression-type'
  | 'compressed-data'
  | 'inflates-too-far'
  | 'control-batch'
  | 'sequence'
  | 'batch-count'
  | 'record'
  | 'key-missing'
  | 'timestamp';

/** One refused record, as the `record_errors` of a Produce response tell it. */
export interface RecordError {
  readonly batchIndex: number;
  readonly message: string;
}

export interface InvalidRecordBatchOptions extends ErrorOptions {
  readonly recordErrors?: readonly RecordError[];
}

export class InvalidRecordBatchError extends KafkaError {
  readonly reason: RecordBatchReason;
  /** Empty unless single records were refused. */
  readonly recordErrors: readonly RecordError[];

  constructor(
    code: RecordBatchErrorName,
    reason: RecordBatchReason,
    message: string,
    options: InvalidRecordBatchOptions = {},
  ) {
    super(code, message, options);
    this.reason = reason;
    this.recordErrors = options.recordErrors ?? [];
  }
}
