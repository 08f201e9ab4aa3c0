// What the records of all new kinds of groups have in common.

import {
  type CoordinatorRecord,
  encodeRecordKey,
  encodeRecordValue,
  type Fields,
  type InputOf,
} from '../../protocol/index.ts';
import type { LogRecord } from '../runtime/coordinator-log.ts';

export interface RecordOf<Kind extends string, Key, Value> {
  readonly kind: Kind;
  readonly key: Key;
  /** Null for a tombstone. */
  readonly value: Value | null;
}

/** The only version that there is of their values. */
const VERSION = 0;

export function recordBytes<Key extends Fields, Value extends Fields>(
  schema: CoordinatorRecord<number, Key, Value>,
  { key, value }: { readonly key: InputOf<Key>; readonly value: InputOf<Value> | null },
): LogRecord {
  return { key: encodeRecordKey(schema, key), value: value && encodeRecordValue(schema, VERSION, value) };
}
