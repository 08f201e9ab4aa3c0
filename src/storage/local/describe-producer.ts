// What the log knows of a producer, as DescribeProducers tells it.

import type { ProducerEntry } from '../../log/index.ts';
import type { ProducerDescription } from '../engine.ts';

export function describeProducer(entry: ProducerEntry): ProducerDescription {
  return {
    producerId: entry.producerId,
    producerEpoch: entry.producerEpoch,
    lastSequence: entry.batches.at(-1)?.lastSequence ?? -1,
    lastTimestampMs: entry.lastTimestamp,
    coordinatorEpoch: entry.coordinatorEpoch,
    currentTransactionStartOffset: entry.currentTxnFirstOffset ?? -1n,
  };
}
