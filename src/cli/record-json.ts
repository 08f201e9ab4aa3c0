// A record as a line of JSON. `consume --json` writes it and `produce --format json` reads it, so that one can be piped into the other.

import { isUtf8 } from 'node:buffer';
import type { ConsumerRecord, ProducerRecord } from '../client/index.ts';

/** Text stands as it is; bytes that are no UTF-8 stand in base64 under another name. */
export function recordToJson(record: ConsumerRecord): Record<string, unknown> {
  return {
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    timestamp: record.timestamp,
    ...field('key', record.key),
    ...field('value', record.value),
    headers: record.headers.map(([name, value]) => ({ name, ...field('value', value) })),
  };
}

/** Throws an `Error` that says what is wrong with the line. `topic`, `offset` of the line mean nothing to a writer. */
export function recordFromJson(line: string, topic: string): ProducerRecord {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    throw new Error(`it is no JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (!isObject(parsed)) throw new Error('it is no JSON object');
  if (!('value' in parsed) && !('valueBase64' in parsed)) throw new Error('it has no "value" (null is one)');
  return {
    topic,
    key: bytesOf(parsed, 'key'),
    value: bytesOf(parsed, 'value'),
    headers: headersOf(parsed.headers),
    partition: integerOf(parsed, 'partition'),
    timestamp: timestampOf(parsed.timestamp),
  };
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function field(name: string, bytes: Buffer | null): Record<string, string | null> {
  if (bytes === null) return { [name]: null };
  return isUtf8(bytes) ? { [name]: bytes.toString('utf8') } : { [`${name}Base64`]: bytes.toString('base64') };
}

/** What is neither text nor null goes as its JSON. */
function bytesOf(object: JsonObject, name: string): Buffer | string | null {
  const base64 = object[`${name}Base64`];
  if (typeof base64 === 'string') return Buffer.from(base64, 'base64');
  const value = object[name] ?? null;
  return value === null || typeof value === 'string' ? value : JSON.stringify(value);
}

/** A list of `{ name, value }`, or an object of names and values. */
function headersOf(value: unknown): (readonly [string, Buffer | null])[] {
  if (value === undefined || value === null) return [];
  const entries: unknown[] = Array.isArray(value)
    ? value
    : isObject(value)
      ? Object.entries(value).map(([name, content]) => ({ name, value: content }))
      : [value];
  return entries.map((entry) => {
    const name = isObject(entry) ? entry.name : undefined;
    if (!isObject(entry) || typeof name !== 'string') throw new Error('a header is no { "name", "value" }');
    const content = bytesOf(entry, 'value');
    return [name, typeof content === 'string' ? Buffer.from(content) : content];
  });
}

function integerOf(object: JsonObject, name: string): number | undefined {
  const value = object[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Error(`"${name}" is no whole number`);
  return value;
}

function timestampOf(value: unknown): bigint | undefined {
  if (value === undefined || value === null) return undefined;
  const isInteger =
    (typeof value === 'number' && Number.isSafeInteger(value)) || (typeof value === 'string' && /^-?\d+$/.test(value));
  if (!isInteger) throw new Error('"timestamp" is no whole number of milliseconds');
  // -1 stands for a record without one, as it was read.
  const timestamp = BigInt(value as number | string);
  return timestamp < 0n ? undefined : timestamp;
}
