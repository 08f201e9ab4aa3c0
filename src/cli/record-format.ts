// Templates for records on a terminal, with the marks that kcat uses, so that a habit keeps working.

import type { ConsumerRecord } from '../client/index.ts';
import { UsageError } from './usage-error.ts';

export type RecordFormatter = (record: ConsumerRecord) => Buffer;

/** For help. */
export const FORMAT_MARKS =
  '%t topic, %p partition, %o offset, %T timestamp (ms), %D timestamp (ISO), %k key, %s value, %h headers, %K and %S bytes of key and value, %% a percent sign; \\n \\t \\r \\0 \\\\';

const MARKS: Readonly<Record<string, (record: ConsumerRecord) => string | Buffer | null>> = {
  t: (record) => record.topic,
  p: (record) => String(record.partition),
  o: (record) => String(record.offset),
  T: (record) => String(record.timestamp),
  D: (record) => isoTime(record.timestamp),
  k: (record) => record.key,
  s: (record) => record.value,
  h: (record) => headersText(record),
  K: (record) => String(record.key?.length ?? -1),
  S: (record) => String(record.value?.length ?? -1),
  '%': () => '%',
};

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\\': '\\' };
const NULL_TEXT = Buffer.from('NULL');

/** Throws `UsageError` for a mark that nobody knows. Keys and values go out as the bytes that they are; null as NULL. */
export function compileFormat(template: string): RecordFormatter {
  const parts: (Buffer | ((record: ConsumerRecord) => string | Buffer | null))[] = [];
  let text = '';
  for (let index = 0; index < template.length; index++) {
    const character = template[index] ?? '';
    const next = template[index + 1] ?? '';
    if (character === '\\' && next in ESCAPES) {
      text += ESCAPES[next];
      index++;
    } else if (character === '%') {
      const mark = Object.hasOwn(MARKS, next) ? MARKS[next] : undefined;
      if (mark === undefined) throw new UsageError(`--format cannot have %${next}: known are ${FORMAT_MARKS}`);
      if (text !== '') parts.push(Buffer.from(text));
      text = '';
      parts.push(mark);
      index++;
    } else {
      text += character;
    }
  }
  if (text !== '') parts.push(Buffer.from(text));
  return (record) => Buffer.concat(parts.map((part) => (Buffer.isBuffer(part) ? part : toBytes(part(record)))));
}

function toBytes(value: string | Buffer | null): Buffer {
  if (value === null) return NULL_TEXT;
  return typeof value === 'string' ? Buffer.from(value) : value;
}

function headersText({ headers }: ConsumerRecord): string {
  return headers.map(([name, value]) => `${name}=${value === null ? 'NULL' : value.toString('utf8')}`).join(',');
}

function isoTime(timestamp: bigint): string {
  const date = new Date(Number(timestamp));
  return timestamp < 0n || Number.isNaN(date.getTime()) ? '-' : date.toISOString();
}
