// What a serde that throws becomes: an error that says which record it was.

import type { ConsumerRecord } from '../consumer/consumer-record.ts';
import type { SerdeContext } from './serde.ts';

/** A record could not be made into bytes; it was not sent. `cause` is what the serde threw. */
export class SerializationError extends Error {
  override readonly name = 'SerializationError';
  readonly topic: string;
  readonly part: SerdeContext['part'];
  readonly retriable = false;

  constructor({ topic, part }: SerdeContext, cause: unknown) {
    super(`Cannot write the ${part} of a record to ${topic}: ${reasonOf(cause)}`, { cause });
    this.topic = topic;
    this.part = part;
  }
}

/** The bytes of a record are not what the topic's definition says. `record` has them as they are; `cause` is what the serde threw. */
export class DeserializationError extends Error {
  override readonly name = 'DeserializationError';
  readonly record: ConsumerRecord;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly part: SerdeContext['part'];
  readonly retriable = false;

  constructor(record: ConsumerRecord, part: SerdeContext['part'], cause: unknown) {
    const { topic, partition, offset } = record;
    super(`Cannot read the ${part} at offset ${offset} of ${topic}-${partition}: ${reasonOf(cause)}`, { cause });
    this.record = record;
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.part = part;
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
