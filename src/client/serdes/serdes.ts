// The serdes that come with the client. Numbers, texts and UUIDs have the bytes of Apache Kafka's own serializers, so that programs in Java read
// what is written here, and the other way round.

import type { Serde } from './serde.ts';
import { type StandardSchema, validated } from './validated.ts';

const string: Serde<string> = {
  serialize: (text) => Buffer.from(text),
  deserialize: (bytes) => present(bytes).toString(),
};

const buffer: Serde<Buffer> = {
  serialize: (bytes) => bytes,
  deserialize: present,
};

const boolean: Serde<boolean> = {
  serialize: (isTrue) => Buffer.of(isTrue ? 1 : 0),
  deserialize(bytes) {
    const [byte] = ofLength(bytes, 1);
    if (byte !== 0 && byte !== 1) throw new RangeError(`a boolean is 0 or 1, not ${byte}`);
    return byte === 1;
  },
};

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

const uuid: Serde<string> = {
  serialize: (text) => Buffer.from(asUuid(text)),
  deserialize: (bytes) => asUuid(present(bytes).toString()),
};

/**
 * Serdes by name.
 *
 * @example
 * const orders = defineTopic({ name: 'orders', key: serdes.string, value: serdes.json<Order>() });
 */
export const serdes = {
  /** UTF-8. */
  string,
  /** The bytes themselves; what is read is a view on the answer of a broker. */
  buffer,
  /** One byte, 0 or 1. */
  boolean,
  /** A number from -32,768 to 32,767 in two bytes, big-endian. One beyond does not get written. */
  int16: fixed<number>(
    2,
    (bytes, value) => bytes.writeInt16BE(value),
    (bytes) => bytes.readInt16BE(),
  ),
  /** A number from -2^31 to 2^31 - 1 in four bytes, big-endian. One beyond does not get written. */
  int32: fixed<number>(
    4,
    (bytes, value) => bytes.writeInt32BE(value),
    (bytes) => bytes.readInt32BE(),
  ),
  /** A bigint from -2^63 to 2^63 - 1 in eight bytes, big-endian. One beyond does not get written. */
  int64: fixed<bigint>(
    8,
    (bytes, value) => bytes.writeBigInt64BE(value),
    (bytes) => bytes.readBigInt64BE(),
  ),
  /** A number of IEEE 754 in four bytes, big-endian; the nearest one is written. */
  float: fixed<number>(
    4,
    (bytes, value) => bytes.writeFloatBE(value),
    (bytes) => bytes.readFloatBE(),
  ),
  /** A number of IEEE 754 in eight bytes, big-endian. */
  double: fixed<number>(
    8,
    (bytes, value) => bytes.writeDoubleBE(value),
    (bytes) => bytes.readDoubleBE(),
  ),
  /** A UUID in its usual text of 36 characters, in UTF-8. */
  uuid,
  json,
  nullable,
  validated,
} as const;

/**
 * JSON in UTF-8. Without a schema the type is believed. With one (of zod, valibot, ArkType or any other library of the Standard Schema) data is
 * checked before it is written and after it was read, and the types are the schema's.
 *
 * @example
 * serdes.json<Order>()
 * serdes.json(z.object({ id: z.number(), cents: z.number().int() }))
 */
function json<T = unknown>(): Serde<T>;
function json<Input, Output>(schema: StandardSchema<Input, Output>): Serde<Input, Output>;
function json<T>(schema?: StandardSchema<T, T>): Serde<T> {
  const parsed: Serde<T> = {
    serialize(data) {
      const text: string | undefined = JSON.stringify(data);
      if (text === undefined) throw new TypeError(`${typeof data} is not JSON`);
      return Buffer.from(text);
    },
    deserialize: (bytes): T => JSON.parse(present(bytes).toString()),
  };
  return schema ? validated(parsed, schema) : parsed;
}

/** Lets null through, and leaves everything else to `serde`: for records without a key, and values that delete their key. */
function nullable<Write, Read>(serde: Serde<Write, Read>): Serde<Write | null, Read | null> {
  return {
    serialize: (data, context) => (data === null ? null : serde.serialize(data, context)),
    deserialize: (bytes, context) => (bytes === null ? null : serde.deserialize(bytes, context)),
  };
}

function fixed<T>(length: number, write: (bytes: Buffer, value: T) => void, read: (bytes: Buffer) => T): Serde<T> {
  return {
    serialize(value) {
      const bytes = Buffer.allocUnsafe(length);
      write(bytes, value);
      return bytes;
    },
    deserialize: (bytes) => read(ofLength(bytes, length)),
  };
}

function present(bytes: Buffer | null): Buffer {
  if (bytes === null) throw new TypeError('it is null, which the definition of the topic does not provide for');
  return bytes;
}

function ofLength(bytes: Buffer | null, length: number): Buffer {
  const found = present(bytes);
  if (found.length !== length) throw new RangeError(`it has ${found.length} bytes instead of ${length}`);
  return found;
}

function asUuid(text: string): string {
  if (!UUID.test(text)) throw new TypeError(`${text} is no UUID`);
  return text;
}
