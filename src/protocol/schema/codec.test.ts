// What a codec does with versions, defaults, nulls and tags, and with values that cannot be written.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KafkaError } from '../errors.ts';
import {
  array,
  bytes,
  float64,
  int8,
  int16,
  int32,
  int64,
  records,
  string,
  struct,
  uint16,
  uint32,
  uuid,
} from './field.ts';
import { UnwritableMessageError } from './malformed-message-error.ts';
import { message } from './message.ts';
import { ZERO_UUID } from './uuid.ts';

const order = message({
  name: 'Order',
  versions: '0-3',
  flexibleVersions: '2+',
  fields: {
    id: int32(),
    customer: string({ versions: '1+', nullable: '2+' }),
    note: string({ versions: '1+', nullable: '1+', default: null, ignorable: true }),
    lines: array(struct({ product: string(), amount: int16({ versions: '3+', default: 1 }) })),
    address: struct({ street: string(), number: int32({ default: -1 }) }, { versions: '2+', tag: 0 }),
    gift: struct({ wrapping: string() }, { versions: '3+', nullable: '3+', default: null }),
    scan: bytes({ versions: '3+', tag: 7 }),
  },
});

test('a field that the version lacks reads as its default', () => {
  const bytesOfVersion0 = order.codec(0).encode({ id: 7, lines: [{ product: 'tea' }] });
  assert.deepEqual(order.codec(0).decode(bytesOfVersion0), {
    id: 7,
    customer: '',
    note: null,
    lines: [{ product: 'tea', amount: 1 }],
    address: { street: '', number: -1 },
    gift: null,
    scan: Buffer.alloc(0),
  });
});

test('objects of all versions have their fields in the same order', () => {
  const names = [0, 1, 2, 3].map((version) => {
    const codec = order.codec(version);
    return Object.keys(codec.decode(codec.encode({ id: 1, lines: [] }))).join();
  });
  assert.equal(new Set(names).size, 1);
});

test('a value that the version has no field for is refused by name, and an ignorable one is dropped', () => {
  assert.throws(
    () => order.codec(0).encode({ id: 1, lines: [], customer: 'me' }),
    (error) =>
      error instanceof KafkaError && error.code === 'UNSUPPORTED_VERSION' && /Order v0.* customer/.test(error.message),
  );
  assert.throws(
    () => order.codec(2).encode({ id: 1, lines: [{ product: 'x', amount: 2 }] }),
    /Order v2.* lines\.amount/,
  );
  assert.throws(() => order.codec(1).encode({ id: 1, lines: [], address: { street: 'x' } }), /Order v1.* address/);
  assert.throws(() => order.codec(2).encode({ id: 1, lines: [], gift: { wrapping: '' } }), /Order v2.* gift/);
  assert.equal(order.codec(0).decode(order.codec(0).encode({ id: 1, lines: [], note: 'dropped' })).note, null);
});

test('a default value may be given for a field that the version lacks', () => {
  const value = {
    id: 1,
    customer: '',
    lines: [],
    address: { street: '', number: -1 },
    gift: null,
    scan: Buffer.alloc(0),
  };
  assert.deepEqual(order.codec(0).encode(value), order.codec(0).encode({ id: 1, lines: [] }));
});

test('a tagged field is written only when it differs from its default', () => {
  const codec = order.codec(2);
  const plain = codec.encode({ id: 1, customer: 'c', lines: [] });
  assert.deepEqual(codec.encode({ id: 1, customer: 'c', lines: [], address: { street: '' } }), plain);
  const tagged = codec.encode({ id: 1, customer: 'c', lines: [], address: { street: 'High Street', number: 5 } });
  assert.deepEqual(codec.decode(tagged).address, { street: 'High Street', number: 5 });
  assert.ok(tagged.length > plain.length);
});

test('a struct that may be null is told apart from an empty one', () => {
  const codec = order.codec(3);
  const giftOf = (gift: { wrapping: string } | null) => codec.decode(codec.encode({ id: 1, lines: [], gift })).gift;
  assert.equal(giftOf(null), null);
  assert.deepEqual(giftOf({ wrapping: '' }), { wrapping: '' });
});

test('tagged fields of more than 127 bytes and of more than a chunk survive', () => {
  const codec = order.codec(3);
  for (const size of [127, 128, 1023, 1024, 100_000]) {
    const scan = Buffer.alloc(size, 0xab);
    assert.deepEqual(codec.decode(codec.encode({ id: 1, lines: [], scan })).scan, scan);
  }
});

test('null is refused in a version that does not allow it', () => {
  assert.throws(() => order.codec(1).encode({ id: 1, lines: [], customer: null }), /customer is null/);
  assert.equal(order.codec(2).decode(order.codec(2).encode({ id: 1, lines: [], customer: null })).customer, null);
});

test('a version that the message does not have is refused', () => {
  for (const version of [-1, 4, 1.5, Number.NaN]) {
    assert.throws(
      () => order.codec(version),
      (error) => error instanceof KafkaError && error.code === 'UNSUPPORTED_VERSION',
    );
  }
});

const numbers = message({
  name: 'Numbers',
  versions: '0',
  fields: {
    a: int8({ default: 0 }),
    b: int16({ default: 0 }),
    c: uint16({ default: 0 }),
    d: int32({ default: 0 }),
    e: uint32({ default: 0 }),
    f: int64({ default: 0n }),
    g: float64({ default: 0 }),
    h: uuid({ default: ZERO_UUID }),
    i: string({ default: '' }),
    j: array(int32(), { versions: '0' }),
  },
});

test('the ends of every range of numbers survive', () => {
  const codec = numbers.codec(0);
  const ends = [
    { a: -128, b: -32768, c: 0, d: -2147483648, e: 0, f: -(2n ** 63n), g: Number.NEGATIVE_INFINITY },
    { a: 127, b: 32767, c: 65535, d: 2147483647, e: 4294967295, f: 2n ** 63n - 1n, g: Number.MAX_VALUE },
  ];
  for (const value of ends) {
    assert.deepEqual(codec.decode(codec.encode(value)), { ...value, h: ZERO_UUID, i: '', j: [] });
  }
});

test('a value that its type cannot hold is refused, never cut', () => {
  const wrong: object[] = [
    { a: 128 },
    { a: 0.5 },
    { b: -32769 },
    { c: -1 },
    { c: 65536 },
    { d: 2147483648 },
    { d: Number.NaN },
    { d: '1' },
    { d: 1n },
    { e: -1 },
    { e: 4294967296 },
    { f: 2n ** 63n },
    { f: 1 },
    { g: '1' },
    { h: 'short' },
    { h: `${ZERO_UUID}A` },
    { h: 'AAAAAAAAAAAAAAAAAAAAA=' },
    { i: 5 },
    { i: 'x'.repeat(32768) },
    { i: null },
    { j: {} },
    { j: [1, undefined] },
  ];
  for (const value of wrong) {
    const [field] = Object.keys(value);
    assert.throws(
      () => numbers.codec(0).encode(value as never),
      (error) =>
        error instanceof UnwritableMessageError && error.field === field && error.message.includes('Numbers v0'),
      JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part)),
    );
  }
});

test('strings of any script survive, with a leading byte order mark too', () => {
  const codec = numbers.codec(0);
  for (const text of [
    '',
    'ascii',
    'Zürich',
    '東京',
    '🦀',
    '\ufeffmark',
    '\u0000',
    'x'.repeat(32767),
    'é'.repeat(16383),
  ]) {
    assert.equal(codec.decode(codec.encode({ i: text })).i, text);
  }
});

const parcel = message({
  name: 'Parcel',
  versions: '0',
  fields: { before: int32(), content: records({ nullable: '0+' }) },
});

test('bytes are read as a view on the buffer', () => {
  const buffer = parcel.codec(0).encode({ before: 1, content: Buffer.from('abc') });
  const { content } = parcel.codec(0).decode(buffer);
  buffer.write('xyz', buffer.length - 3);
  assert.equal(content?.toString(), 'xyz');
});

test('records may be written in pieces', () => {
  const pieces = [Buffer.from('ab'), Buffer.alloc(0), Buffer.alloc(5000, 'c'), Buffer.from('d')];
  const { content } = parcel.codec(0).decode(parcel.codec(0).encode({ before: 1, content: pieces }));
  assert.deepEqual(content, Buffer.concat(pieces));
});
