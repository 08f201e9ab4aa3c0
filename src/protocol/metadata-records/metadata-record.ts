// Records of the metadata log carry a frame version, their type and their version before them, each as an unsigned varint.

import type { Fields, InputOf, OutputOf } from '../schema/field.ts';
import { Message, type MessageSpec } from '../schema/message.ts';
import { Reader } from '../schema/reader.ts';
import { Writer } from '../schema/writer.ts';

export interface MetadataRecord<Type extends number = number, F extends Fields = Fields> {
  readonly type: Type;
  readonly message: Message<F>;
}

export type MetadataRecordOf<R> = R extends MetadataRecord<number, infer F> ? OutputOf<F> : never;

/** One case for each record of a table, told apart by `type`. */
export type DecodedMetadataRecord<Table> = {
  [T in keyof Table]: { readonly type: T; readonly version: number; readonly value: MetadataRecordOf<Table[T]> };
}[keyof Table];

export function metadataRecord<const Type extends number, const F extends Fields>(
  spec: MessageSpec<F> & { readonly type: Type },
): MetadataRecord<Type, F> {
  return { type: spec.type, message: new Message(spec) };
}

export function encodeMetadataRecord<F extends Fields>(
  record: MetadataRecord<number, F>,
  version: number,
  value: InputOf<F>,
): Buffer {
  const writer = new Writer();
  writer.unsignedVarint(FRAME_VERSION);
  writer.unsignedVarint(record.type);
  writer.unsignedVarint(version);
  record.message.codec(version).write(writer, value);
  return writer.finishJoined();
}

/** Stricter than other messages, as Kafka is: an unknown type or bytes left over throw, for metadata must not be guessed at. */
export function decodeMetadataRecord<Table extends { readonly [type: number]: MetadataRecord }>(
  table: Table,
  buffer: Buffer,
): DecodedMetadataRecord<Table> {
  const reader = new Reader(buffer);
  reader.subject = 'metadata record';
  const frameVersion = reader.unsignedVarint('frameVersion');
  if (frameVersion !== FRAME_VERSION) reader.fail('frameVersion', `is ${frameVersion}, only ${FRAME_VERSION} is known`);
  const type = reader.unsignedVarint('type');
  const record = table[type];
  if (record === undefined) return reader.fail('type', `${type} is not a known record type`);
  const version = reader.unsignedVarint('version');
  const value = record.message.codec(version).read(reader);
  if (reader.remaining > 0) reader.fail('end', `${reader.remaining} bytes are left over`);
  return { type, version, value } as DecodedMetadataRecord<Table>;
}

const FRAME_VERSION = 1;
