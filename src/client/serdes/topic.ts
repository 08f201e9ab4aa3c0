// A topic as an application defines it: its name, and what its keys and values are. Types of records flow from here to producers and consumers.

import type { ConsumerRecord } from '../consumer/consumer-record.ts';
import type { ProducerRecord } from '../producer/producer-record.ts';
import type { ReadOf, Serde, WriteOf } from './serde.ts';
import { serdes } from './serdes.ts';

/** From `defineTopic`. */
export interface Topic<
  Name extends string = string,
  Key extends Serde<unknown> = Serde<unknown>,
  Value extends Serde<unknown> = Serde<unknown>,
> {
  readonly name: Name;
  readonly key: Key;
  readonly value: Value;
}

const optionalBuffer = serdes.nullable(serdes.buffer);

/**
 * Says what is in a topic, once for all who write and read it. Without `key` a key is any bytes or null.
 *
 * @example
 * const orders = defineTopic({ name: 'orders', key: serdes.string, value: serdes.json<Order>() });
 * await producer.send({ topic: orders, key: 'order 7', value: { cents: 1250 } });
 * consumer.subscribe([orders]);
 * for await (const { key, value } of consumer.reader([orders])) charge(key, value.cents);
 */
export function defineTopic<
  const Name extends string,
  Value extends Serde<unknown>,
  Key extends Serde<unknown> = Serde<Buffer | null>,
>(definition: { readonly name: Name; readonly key?: Key; readonly value: Value }): Topic<Name, Key, Value>;
export function defineTopic({ name, key = optionalBuffer, value }: Partial<Topic> & Omit<Topic, 'key'>): Topic {
  return { name, key, value };
}

/** A record for a defined topic. Its key may be left out where it may be null. */
export type TopicRecord<T extends Topic> = Omit<ProducerRecord, 'topic' | 'key' | 'value'> & {
  readonly topic: T;
  readonly value: WriteOf<T['value']>;
} & (null extends WriteOf<T['key']>
    ? { readonly key?: WriteOf<T['key']> | undefined }
    : { readonly key: WriteOf<T['key']> });

/** What a producer takes: bytes and texts for a topic by its name, or data for a defined topic. */
export type RecordToSend<T extends Topic = Topic> = ProducerRecord | TopicRecord<T>;

/** A record that was read, with key and value as its topic defines them. Of several topics: a union, told apart by `topic`. */
export type RecordOf<T extends Topic, Raw extends ConsumerRecord = ConsumerRecord> = T extends Topic
  ? Omit<Raw, 'topic' | 'key' | 'value'> & {
      readonly topic: T['name'];
      readonly key: ReadOf<T['key']>;
      readonly value: ReadOf<T['value']>;
    }
  : never;

/** The name of a topic that is given as such, or by its definition. */
export function topicName(topic: string | Topic): string {
  return typeof topic === 'string' ? topic : topic.name;
}
