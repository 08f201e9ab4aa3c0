// The bytes of one partition in a ShareFetch answer, read into the records that were given out. What was given out and has no record, because of
// compaction or because a marker of a transaction is there, is a gap.

import {
  isControl,
  iterateBatches,
  readRecords,
  type ShareFetchResponse,
  validateBatch,
} from '../../protocol/index.ts';
import type { TopicPartition } from '../topic-partition.ts';
import type { ShareRecord } from './share-record.ts';

/** Inclusive on both ends; a broker gives them in order. */
export type AcquiredRange = ShareFetchResponse['responses'][number]['partitions'][number]['acquiredRecords'][number];

export interface Acquired {
  readonly records: readonly ShareRecord[];
  readonly gaps: readonly bigint[];
}

/** Throws `KafkaError` when a batch is corrupt, or inflates to more than `maxInflatedBatchBytes`. */
export function readAcquired(
  { topic, partition }: TopicPartition,
  bytes: Buffer,
  ranges: readonly AcquiredRange[],
  maxInflatedBatchBytes: number,
): Acquired {
  const records: ShareRecord[] = [];
  for (const header of iterateBatches(bytes, { partialTail: 'ignore' })) {
    if (isControl(header.attributes)) continue;
    validateBatch(bytes, header.position);
    for (const { offset, timestamp, key, value, headers } of readRecords(bytes, header, {
      maxBytes: maxInflatedBatchBytes,
    })) {
      const range = ranges.find(({ firstOffset, lastOffset }) => offset >= firstOffset && offset <= lastOffset);
      if (range === undefined) continue;
      const { deliveryCount } = range;
      records.push({ topic, partition, offset, timestamp, key, value, headers, deliveryCount });
    }
  }
  const found = new Set(records.map(({ offset }) => offset));
  const gaps = ranges.flatMap(({ firstOffset, lastOffset }) => {
    const missing: bigint[] = [];
    for (let offset = firstOffset; offset <= lastOffset; offset++) if (!found.has(offset)) missing.push(offset);
    return missing;
  });
  return { records, gaps };
}
