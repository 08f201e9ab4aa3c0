// Every message of the corpus that Apache Kafka's own classes wrote: bytes to values, values to bytes, and there and back.
// Record batches have a test of their own, in records/.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { APIS } from './apis/index.ts';
import * as controlRecords from './control-records/index.ts';
import * as dataMessages from './data-messages/index.ts';
import { requestHeader, requestHeaderVersion, responseHeader, responseHeaderVersion } from './frame/index.ts';
import { GROUP_RECORDS, SHARE_RECORDS, TRANSACTION_RECORDS } from './internal-records/index.ts';
import type { Api } from './schema/api.ts';
import type { Field, Fields } from './schema/field.ts';
import { layOut } from './schema/layout.ts';
import { Message } from './schema/message.ts';
import { Reader } from './schema/reader.ts';
import { includesVersion } from './schema/version-range.ts';

interface Line {
  readonly number: number;
  readonly apiKey: number;
  readonly version: number;
  readonly kind: string;
  readonly name: string;
  readonly bytes: Buffer;
  readonly json: Json;
  readonly variant: string;
  readonly headerVersion: number;
}

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const lines = readCorpus();
const messages = messagesByName();

test('every line of the corpus is a message that has a schema', () => {
  const missing = new Set(lines.filter(({ name }) => !messages.has(name)).map(({ name }) => name));
  assert.deepEqual([...missing], []);
  assert.equal(lines.length, 6180);
});

test('the bytes of every line are read as the values of the line, to the last byte', () => {
  for (const line of lines) {
    const { message, codec } = codecOf(line);
    const reader = new Reader(line.bytes);
    const value = codec.read(reader);
    assert.equal(reader.remaining, 0, describe(line));
    assert.deepEqual(toJson(message, line.version, value, line.json), line.json, describe(line));
  }
});

test('the values of every line are written as the bytes of the line', () => {
  for (const line of lines.filter(hasKnownTagsOnly)) {
    const { message, codec } = codecOf(line);
    const bytes = codec.encode(structFromJson(message.fields, line.json));
    assert.equal(bytes.toString('hex'), line.bytes.toString('hex'), describe(line));
  }
});

test('what was read from a line is written as the same bytes', () => {
  for (const line of lines.filter(hasKnownTagsOnly)) {
    const { codec } = codecOf(line);
    const bytes = codec.encode(codec.decode(line.bytes));
    assert.equal(bytes.toString('hex'), line.bytes.toString('hex'), describe(line));
  }
});

test('every API version goes with the header version that the corpus gives', () => {
  for (const line of lines) {
    if (line.kind !== 'request' && line.kind !== 'response') continue;
    const headerVersionOf = line.kind === 'request' ? requestHeaderVersion : responseHeaderVersion;
    assert.equal(headerVersionOf(apiOf(line.apiKey), line.version), line.headerVersion, describe(line));
  }
});

function readCorpus(): Line[] {
  const file = new URL('../../test/fixtures/corpus-4.3.1.tsv.gz', import.meta.url);
  const text = gunzipSync(readFileSync(file)).toString('utf8').trimEnd();
  return text
    .split('\n')
    .map((row, index): Line => {
      const [apiKey, version, kind = '', name = '', hex = '', json = '', variant = '', headerVersion] = row.split('\t');
      return {
        number: index + 1,
        apiKey: Number(apiKey),
        version: Number(version),
        kind,
        name,
        bytes: kind === 'records' ? Buffer.alloc(0) : Buffer.from(hex, 'hex'),
        json: kind === 'records' ? null : JSON.parse(json),
        variant,
        headerVersion: Number(headerVersion),
      };
    })
    .filter(({ kind }) => kind !== 'records');
}

function messagesByName(): Map<string, Message<Fields>> {
  const candidates: unknown[] = [requestHeader, responseHeader];
  candidates.push(...Object.values(APIS).flatMap(({ request, response }) => [request, response]));
  candidates.push(...Object.values(controlRecords), ...Object.values(dataMessages));
  for (const table of [GROUP_RECORDS, SHARE_RECORDS, TRANSACTION_RECORDS]) {
    candidates.push(...Object.values(table).flatMap(({ key, value }) => [key, value]));
  }
  const found = candidates.filter((candidate) => candidate instanceof Message);
  return new Map(found.map((message) => [message.name, message]));
}

function apiOf(key: number): Api {
  const api = (APIS as unknown as Record<number, Api>)[key];
  assert.ok(api);
  return api;
}

function codecOf(line: Line) {
  const message = messages.get(line.name);
  assert.ok(message, `no schema for ${line.name}`);
  return { message, codec: message.codec(line.version) };
}

function hasKnownTagsOnly(line: Line): boolean {
  return line.variant !== 'unknowntags';
}

function describe(line: Line): string {
  return `line ${line.number}: ${line.name} v${line.version} ${line.variant}`;
}

/** The value as the corpus spells it. Fields that the version lacks are shown where the corpus shows their default. */
function toJson(message: Message<Fields>, version: number, value: unknown, expected: Json): Json {
  const flexible = includesVersion(message.flexibleVersions, version);
  return structToJson(message.fields, version, flexible, value, expected);
}

function structToJson(fields: Fields, version: number, flexible: boolean, value: unknown, expected: Json): Json {
  const struct = value as Record<string, unknown>;
  const shown = (expected ?? {}) as Record<string, Json>;
  const layout = layOut(fields, version, flexible).filter(({ name, place }) => place !== 'absent' || name in shown);
  return Object.fromEntries(
    layout.map(({ name, field }) => [name, fieldToJson(field, version, flexible, struct[name], shown[name] ?? null)]),
  );
}

function fieldToJson(field: Field, version: number, flexible: boolean, value: unknown, expected: Json): Json {
  if (value === null) return null;
  if (field.kind === 'struct') return structToJson(field.fields, version, flexible, value, expected);
  if (field.kind === 'array') {
    const items = (expected ?? []) as Json[];
    return (value as unknown[]).map((item, i) => fieldToJson(field.element, version, flexible, item, items[i] ?? null));
  }
  if (typeof value === 'bigint') return value.toString();
  return Buffer.isBuffer(value) ? value.toString('base64') : (value as Json);
}

function structFromJson(fields: Fields, json: Json): object {
  const entries = Object.entries(json as Record<string, Json>);
  return Object.fromEntries(entries.map(([name, value]) => [name, fieldFromJson(fields[name], value)]));
}

function fieldFromJson(field: Field | undefined, json: Json): unknown {
  assert.ok(field);
  if (json === null) return null;
  if (field.kind === 'struct') return structFromJson(field.fields, json);
  if (field.kind === 'array') return (json as Json[]).map((item) => fieldFromJson(field.element, item));
  if (field.kind === 'int64') return BigInt(json as string);
  return field.kind === 'bytes' || field.kind === 'records' ? Buffer.from(json as string, 'base64') : json;
}
