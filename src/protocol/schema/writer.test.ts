// How a writer gathers its chunks.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MIN_REFERENCED_BYTES } from './limits.ts';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

test('large bytes become a chunk of their own without being copied, small ones do not', () => {
  const large = Buffer.alloc(MIN_REFERENCED_BYTES, 1);
  const small = Buffer.alloc(MIN_REFERENCED_BYTES - 1, 2);
  const writer = new Writer();
  writer.int32(1, 'a');
  writer.bytes(large, 'b');
  writer.bytes(small, 'c');
  writer.int32(2, 'd');
  const expectedLength = 4 + 4 + large.length + 4 + small.length + 4;
  assert.equal(writer.length, expectedLength);
  const chunks = writer.finish();
  assert.equal(chunks.length, 3);
  assert.equal(chunks[1], large);
  assert.equal(Buffer.concat(chunks).length, expectedLength);
});

test('what was written stays intact while the buffer grows, wherever the growth falls', () => {
  for (let filler = 500; filler <= 520; filler++) {
    const writer = new Writer();
    for (let i = 0; i < filler; i++) writer.int8(i % 100, 'filler');
    writer.int64(0x0102030405060708n, 'wide');
    writer.string('text', 'text');
    writer.uuid('mQ_vbWyZQ4i2x9SZ7XEcPg', 'uuid');
    writer.unsignedVarint(300);
    const reader = new Reader(writer.finishJoined());
    for (let i = 0; i < filler; i++) assert.equal(reader.int8('filler'), i % 100);
    assert.equal(reader.int64('wide'), 0x0102030405060708n);
    assert.equal(reader.string('text'), 'text');
    assert.equal(reader.uuid('uuid'), 'mQ_vbWyZQ4i2x9SZ7XEcPg');
    assert.equal(reader.unsignedVarint('varint'), 300);
    assert.equal(reader.remaining, 0);
  }
});

test('varints of every length survive', () => {
  for (const value of [0, 1, 127, 128, 16383, 16384, 2097151, 2097152, 268435455, 268435456, 4294967295]) {
    const writer = new Writer();
    writer.unsignedVarint(value);
    assert.equal(new Reader(writer.finishJoined()).unsignedVarint('value'), value);
  }
});

test('a writer that wrote nothing gives no chunks', () => {
  assert.deepEqual(new Writer().finish(), []);
  assert.equal(new Writer().finishJoined().length, 0);
});
