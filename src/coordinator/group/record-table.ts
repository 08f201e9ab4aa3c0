// The records of one kind of group: a table from the names that we give them to their schemas says all about them.

import {
  type CoordinatorRecord,
  decodeRecordValue,
  encodeRecordKey,
  encodeRecordValue,
  type KeyOf,
  type ValueOf,
} from '../../protocol/index.ts';
import type { LogRecord } from '../runtime/coordinator-log.ts';

/** A record of a table. */
export type RecordOf<Table> = Table extends RecordTable<infer Rows> ? CaseOf<Rows> : never;

/** One case for each row, told apart by `kind`. A null value is a tombstone. */
type CaseOf<Rows> = {
  [Kind in keyof Rows & string]: {
    readonly kind: Kind;
    readonly key: KeyOf<Rows[Kind]>;
    readonly value: ValueOf<Rows[Kind]> | null;
  };
}[keyof Rows & string];

/** The only version that there is of their values. */
const VERSION = 0;

export class RecordTable<Rows extends { readonly [Kind in keyof Rows]: CoordinatorRecord }> {
  readonly #rows: Rows;
  readonly #types: ReadonlyMap<number, { readonly kind: string; readonly schema: CoordinatorRecord }>;

  constructor(rows: Rows) {
    this.#rows = rows;
    const entries = Object.entries<CoordinatorRecord>(rows);
    this.#types = new Map(entries.map(([kind, schema]) => [schema.type, { kind, schema }]));
  }

  has(record: { readonly kind: string }): record is CaseOf<Rows> {
    return Object.hasOwn(this.#rows, record.kind);
  }

  serialize({ kind, key, value }: CaseOf<Rows>): LogRecord {
    const schema: CoordinatorRecord = this.#rows[kind];
    return { key: encodeRecordKey(schema, key), value: value && encodeRecordValue(schema, VERSION, value) };
  }

  /** Undefined for the type of a record that is not in the table. */
  deserialize(type: number, key: object, value: Buffer | null): CaseOf<Rows> | undefined {
    const row = this.#types.get(type);
    if (row === undefined) return undefined;
    return { kind: row.kind, key, value: value && decodeRecordValue(row.schema, value) } as CaseOf<Rows>;
  }
}
