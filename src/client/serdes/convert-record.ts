// Between records as an application sees them and records as they travel.

import { NO_HEADERS } from '../../protocol/index.ts';
import type { ConsumerRecord } from '../consumer/consumer-record.ts';
import { ClientError } from '../errors.ts';
import type { ProducerRecord } from '../producer/producer-record.ts';
import type { Serde, SerdeContext } from './serde.ts';
import { DeserializationError, SerializationError } from './serde-errors.ts';
import type { RecordOf, RecordToSend, Topic, TopicRecord } from './topic.ts';

/** Leaves a record alone that is bytes and texts already. Throws `SerializationError`. */
export function toProducerRecord(record: RecordToSend): ProducerRecord {
  if (!isOfTopic(record)) return record;
  const { topic: definition, key = null, value, headers = NO_HEADERS } = record;
  const topic = definition.name;
  return {
    ...record,
    topic,
    key: serialize(definition.key, key, { topic, part: 'key', headers }),
    value: serialize(definition.value, value, { topic, part: 'value', headers }),
  };
}

function isOfTopic(record: RecordToSend): record is TopicRecord<Topic> {
  return typeof record.topic !== 'string';
}

function serialize(serde: Serde<unknown>, data: unknown, context: SerdeContext): Buffer | null {
  try {
    return serde.serialize(data, context);
  } catch (error) {
    throw new SerializationError(context, error);
  }
}

/** Reads records of some topics, each as its topic is defined. */
export class RecordReader<T extends Topic> {
  readonly #topics: ReadonlyMap<string, T>;

  constructor(topics: readonly T[]) {
    this.#topics = new Map(topics.map((topic) => [topic.name, topic]));
  }

  /** A promise only where a serde gives one. Throws, or rejects with, `DeserializationError`; `ClientError` for a record of another topic. */
  read<Raw extends ConsumerRecord>(record: Raw): RecordOf<T, Raw> | Promise<RecordOf<T, Raw>> {
    const definition = this.#topics.get(record.topic);
    if (definition === undefined) {
      const names = [...this.#topics.keys()].join(', ');
      throw new ClientError(`Cannot read a record of ${record.topic}: the reader has the definitions of ${names}`);
    }
    const withValue = (key: unknown): RecordOf<T, Raw> | Promise<RecordOf<T, Raw>> => {
      const value = deserialize(definition.value, record, 'value');
      return value instanceof Promise
        ? value.then((read) => join<T, Raw>(record, key, read))
        : join<T, Raw>(record, key, value);
    };
    const key = deserialize(definition.key, record, 'key');
    return key instanceof Promise ? key.then(withValue) : withValue(key);
  }
}

function deserialize(serde: Serde<unknown>, record: ConsumerRecord, part: SerdeContext['part']): unknown {
  const { topic, headers } = record;
  try {
    const data = serde.deserialize(record[part], { topic, part, headers });
    return data instanceof Promise ? data.catch((error) => fail(record, part, error)) : data;
  } catch (error) {
    return fail(record, part, error);
  }
}

function fail(record: ConsumerRecord, part: SerdeContext['part'], cause: unknown): never {
  throw new DeserializationError(record, part, cause);
}

/** The types of key and value are those of the definition that the record's topic has led to; the compiler cannot see behind a name. */
function join<T extends Topic, Raw extends ConsumerRecord>(raw: Raw, key: unknown, value: unknown): RecordOf<T, Raw> {
  return { ...raw, key, value } as unknown as RecordOf<T, Raw>;
}
