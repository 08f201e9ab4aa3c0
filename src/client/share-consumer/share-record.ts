// What a share consumer gets, and what it can say about it.

import type { KafkaError } from '../../protocol/index.ts';
import type { ConsumerRecord } from '../consumer/consumer-record.ts';
import type { ConnectionError, TimeoutError } from '../errors.ts';
import type { TopicPartition } from '../topic-partition.ts';

/** A record that is locked for this consumer until it is acknowledged, or the lock's time is over. */
export interface ShareRecord extends ConsumerRecord {
  /** How often it was given out, this time included. */
  readonly deliveryCount: number;
}

/** `accept`: done. `release`: give it to somebody again, up to the group's limit of deliveries. `reject`: never again. */
export type Acknowledgement = 'accept' | 'release' | 'reject';

/** With the numbers of the protocol; a gap is an offset that was given out and has no record. */
export const ACKNOWLEDGE_TYPES = { gap: 0, accept: 1, release: 2, reject: 3, renew: 4 } as const;
export type AcknowledgeType = keyof typeof ACKNOWLEDGE_TYPES;

/** What a broker said to acknowledgements of one partition: all of them count, or with an error none. */
export interface AcknowledgeOutcome extends TopicPartition {
  readonly offsets: readonly bigint[];
  /** INVALID_RECORD_STATE: the lock was over. `ConnectionError` and `TimeoutError`: nobody knows. */
  readonly error: KafkaError | ConnectionError | TimeoutError | undefined;
}
