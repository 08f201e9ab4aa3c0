// What the sequencer needs to know of the batches of one append.

import {
  type BatchHeader,
  isControl,
  isTransactional,
  readEndTransactionMarker,
  readRecords,
} from '../../protocol/index.ts';
import type { AppendOptions } from '../engine.ts';
import type { SequencedBatch, TransactionMarker } from '../sequencer.ts';

export function sequencedBatches(
  records: Buffer,
  headers: readonly BatchHeader[],
  options: AppendOptions,
): SequencedBatch[] {
  return headers.map((header) => ({
    lastOffsetDelta: header.lastOffsetDelta,
    maxTimestamp: header.maxTimestamp,
    producerId: header.producerId,
    producerEpoch: header.producerEpoch,
    baseSequence: header.baseSequence,
    isTransactional: isTransactional(header.attributes),
    marker: isControl(header.attributes) ? transactionMarker(records, header, options) : undefined,
    origin: options.origin,
  }));
}

function transactionMarker(
  records: Buffer,
  header: BatchHeader,
  options: AppendOptions,
): TransactionMarker | undefined {
  for (const record of readRecords(records, header)) {
    const marker = readEndTransactionMarker(record);
    if (marker === undefined) return undefined;
    return {
      isAbort: marker.type === 'ABORT',
      coordinatorEpoch: marker.coordinatorEpoch,
      transactionVersion: options.transactionVersion ?? 0,
    };
  }
  return undefined;
}
