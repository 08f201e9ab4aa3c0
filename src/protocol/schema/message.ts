// A message: a schema with its name and versions, and the codecs compiled from it, one per version and direction, when first used.

import { KafkaError } from '../errors.ts';
import { compileReader, type ReadFunction } from './compile-reader.ts';
import { compileWriter, type WriteFunction } from './compile-writer.ts';
import type { Fields, InputOf, OutputOf } from './field.ts';
import { Reader } from './reader.ts';
import { includesVersion, parseVersionRange, type VersionRange } from './version-range.ts';
import { Writer } from './writer.ts';

export interface MessageSpec<F extends Fields> {
  readonly name: string;
  readonly versions: string;
  /** Versions with compact lengths and tagged fields; `none` if not given. */
  readonly flexibleVersions?: string;
  readonly fields: F;
}

export function message<const F extends Fields>(spec: MessageSpec<F>): Message<F> {
  return new Message(spec);
}

/** What reading the message gives. */
export type MessageOf<M> = M extends Message<infer F> ? OutputOf<F> : never;

/** What writing the message takes. */
export type MessageInput<M> = M extends Message<infer F> ? InputOf<F> : never;

export class Message<F extends Fields> {
  readonly name: string;
  readonly versions: VersionRange;
  readonly flexibleVersions: VersionRange;
  readonly fields: F;
  readonly #codecs: (Codec<F> | undefined)[] = [];

  constructor(spec: MessageSpec<F>) {
    this.name = spec.name;
    this.versions = parseVersionRange(spec.versions);
    this.flexibleVersions = parseVersionRange(spec.flexibleVersions ?? 'none');
    this.fields = spec.fields;
  }

  /** Throws UNSUPPORTED_VERSION for a version that the message does not have. */
  codec(version: number): Codec<F> {
    return this.#codecs[version] ?? this.#newCodec(version);
  }

  #newCodec(version: number): Codec<F> {
    const { min, max } = this.versions;
    if (!Number.isInteger(version) || !includesVersion(this.versions, version)) {
      throw new KafkaError('UNSUPPORTED_VERSION', `${this.name} has the versions ${min} to ${max}, not ${version}`);
    }
    const codec = new Codec(this, version);
    this.#codecs[version] = codec;
    return codec;
  }
}

/** Reads and writes one version of a message. */
export class Codec<F extends Fields> {
  readonly message: Message<F>;
  readonly version: number;
  readonly #subject: string;
  #read: ReadFunction | undefined;
  #write: WriteFunction | undefined;

  constructor(message: Message<F>, version: number) {
    this.message = message;
    this.version = version;
    this.#subject = `${message.name} v${version}`;
  }

  /** Bytes and records of the result are views on the reader's buffer. Throws MalformedMessageError. */
  read(reader: Reader): OutputOf<F> {
    this.#read ??= compileReader(this.message.fields, this.version, this.#isFlexible());
    reader.subject = this.#subject;
    return this.#read(reader) as OutputOf<F>;
  }

  write(writer: Writer, value: InputOf<F>): void {
    this.#write ??= compileWriter(this.message.fields, this.version, this.#isFlexible());
    writer.subject = this.#subject;
    this.#write(writer, value);
  }

  /** Bytes after the message are ignored, as Kafka does: a newer sender may have added some. */
  decode(buffer: Buffer): OutputOf<F> {
    return this.read(new Reader(buffer));
  }

  encode(value: InputOf<F>): Buffer {
    const writer = new Writer();
    this.write(writer, value);
    return writer.finishJoined();
  }

  #isFlexible(): boolean {
    return includesVersion(this.message.flexibleVersions, this.version);
  }
}
