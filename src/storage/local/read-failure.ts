// What readers are told of an error of the log or its disk, and who else has to hear of it.

import { OffsetOutOfRangeError } from '../../log/index.ts';
import { InvalidRecordBatchError, KafkaError } from '../../protocol/index.ts';
import { isDiskFull, isSystemError } from './disk-errors.ts';
import type { PartitionServices } from './partition-services.ts';

/** `action`: what was tried, with the partition's name. Of a partition that `hasFailed` nobody else need hear. */
export function readFailure(
  action: string,
  error: unknown,
  { logger, onDiskError }: PartitionServices,
  partition: { readonly topic: string; readonly index: number; readonly hasFailed: boolean },
): KafkaError {
  if (error instanceof OffsetOutOfRangeError)
    return new KafkaError('OFFSET_OUT_OF_RANGE', error.message, { cause: error });
  const fields = { topic: partition.topic, partition: partition.index, error };
  const reason = error instanceof Error ? error.message : String(error);
  const message = `Cannot ${action}: ${reason}`;
  if (error instanceof InvalidRecordBatchError) {
    // The log is as it was sent: records that cannot be inflated are their producer's doing.
    logger.warn(fields, `Cannot ${action}`);
    return new KafkaError(error.code, message, { cause: error });
  }
  if (!partition.hasFailed) {
    if (isSystemError(error) && !isDiskFull(error)) onDiskError(error);
    else logger.error(fields, `Cannot ${action}`);
  }
  return new KafkaError('KAFKA_STORAGE_ERROR', message, { cause: error });
}
