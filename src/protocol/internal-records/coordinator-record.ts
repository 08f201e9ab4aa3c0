// The records of internal topics: a key whose first two bytes say what it is, and a value that begins with its version.

import type { Fields, InputOf, OutputOf } from '../schema/field.ts';
import { Message } from '../schema/message.ts';
import { Reader } from '../schema/reader.ts';
import { decodeVersioned, encodeVersioned } from '../schema/versioned.ts';
import { Writer } from '../schema/writer.ts';

export interface CoordinatorRecordSpec<Type extends number, Key extends Fields, Value extends Fields> {
  readonly type: Type;
  readonly name: string;
  /** Versions of the value; the key has but one. */
  readonly versions: string;
  readonly flexibleVersions?: string;
  readonly key: Key;
  readonly value: Value;
}

export interface CoordinatorRecord<
  Type extends number = number,
  Key extends Fields = Fields,
  Value extends Fields = Fields,
> {
  readonly type: Type;
  readonly key: Message<Key>;
  readonly value: Message<Value>;
}

export type KeyOf<R> = R extends CoordinatorRecord<number, infer Key, Fields> ? OutputOf<Key> : never;
export type ValueOf<R> = R extends CoordinatorRecord<number, Fields, infer Value> ? OutputOf<Value> : never;

/** One case for each record of a table, told apart by `type`. */
export type DecodedKey<Table> = {
  [T in keyof Table]: { readonly type: T; readonly record: Table[T]; readonly key: KeyOf<Table[T]> };
}[keyof Table];

export function coordinatorRecord<const Type extends number, const Key extends Fields, const Value extends Fields>(
  spec: CoordinatorRecordSpec<Type, Key, Value>,
): CoordinatorRecord<Type, Key, Value> {
  const { type, name, versions, flexibleVersions = 'none' } = spec;
  return {
    type,
    key: new Message({ name: `${name}Key`, versions: '0', fields: spec.key }),
    value: new Message({ name: `${name}Value`, versions, flexibleVersions, fields: spec.value }),
  };
}

export function encodeRecordKey<Key extends Fields>(
  record: CoordinatorRecord<number, Key, Fields>,
  key: InputOf<Key>,
): Buffer {
  const writer = new Writer();
  writer.int16(record.type, 'type');
  record.key.codec(0).write(writer, key);
  return writer.finishJoined();
}

export function encodeRecordValue<Value extends Fields>(
  record: CoordinatorRecord<number, Fields, Value>,
  version: number,
  value: InputOf<Value>,
): Buffer {
  return encodeVersioned(record.value, version, value);
}

/** undefined for a type that the table lacks: a newer program may have written it, and its record is to be passed over. */
export function decodeRecordKey<Table extends { readonly [type: number]: CoordinatorRecord }>(
  table: Table,
  buffer: Buffer,
): DecodedKey<Table> | undefined {
  const reader = new Reader(buffer);
  const type = reader.int16('type');
  const record = table[type];
  if (record === undefined) return undefined;
  return { type, record, key: record.key.codec(0).read(reader) } as DecodedKey<Table>;
}

/** Throws UNSUPPORTED_VERSION for a value of a version that is not known. */
export function decodeRecordValue<Value extends Fields>(
  record: CoordinatorRecord<number, Fields, Value>,
  buffer: Buffer,
): OutputOf<Value> {
  return decodeVersioned(record.value, buffer);
}
