// Data messages that carry their version in two bytes before them: values of internal topics, what consumers tell each other.

import type { Fields, InputOf, OutputOf } from './field.ts';
import type { Message } from './message.ts';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

export function encodeVersioned<F extends Fields>(message: Message<F>, version: number, value: InputOf<F>): Buffer {
  const writer = new Writer();
  writer.int16(version, 'version');
  message.codec(version).write(writer, value);
  return writer.finishJoined();
}

/**
 * Throws UNSUPPORTED_VERSION for a version that is not known. Where newer versions only ever add fields at the end, as in the
 * consumer protocol, `newer: 'as-latest'` reads what is known of them.
 */
export function decodeVersioned<F extends Fields>(
  message: Message<F>,
  buffer: Buffer,
  options: { readonly newer?: 'as-latest' } = {},
): OutputOf<F> {
  const reader = new Reader(buffer);
  const version = reader.int16('version');
  const known = options.newer === 'as-latest' ? Math.min(version, message.versions.max) : version;
  return message.codec(known).read(reader);
}
