// What turns data into the bytes of a record and back. Keys and values have one each.

import type { RecordHeader } from '../../protocol/index.ts';

/** Which bytes of which record are at hand. */
export interface SerdeContext {
  readonly topic: string;
  readonly part: 'key' | 'value';
  /** As they are written, or were read. */
  readonly headers: readonly RecordHeader[];
}

/**
 * Writes data of one type and reads it back, maybe as another: a schema may fill in defaults or turn a text into a time. Null bytes are a record
 * without a key, or one that deletes its key; a serde that knows no such thing throws.
 *
 * Writing is synchronous, so that records stay in the order of their sends: what has to be looked up for it, such as the id of a schema, is looked up
 * when the serde is made. Reading may wait.
 */
export interface Serde<Write, Read = Write> {
  /** Throws when the data cannot be written. */
  serialize(data: Write, context: SerdeContext): Buffer | null;
  /** The bytes are a view on the answer of a broker: copy what is kept for long. Throws, or rejects, when they are no such data. */
  deserialize(bytes: Buffer | null, context: SerdeContext): Read | Promise<Read>;
}

/** What a serde writes. */
export type WriteOf<S> = S extends Serde<infer Write, unknown> ? Write : never;

/** What a serde reads. */
export type ReadOf<S> = S extends { deserialize(...args: never[]): infer Read } ? Awaited<Read> : never;
