import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GrowingBytes } from './growing-bytes.ts';

test('what stands right behind in memory becomes part of it, other bytes do not', () => {
  const memory = Buffer.from('abcdef');
  const growing = new GrowingBytes(memory.subarray(1, 2));
  assert.equal(growing.extend(memory.subarray(3, 4)), false);
  assert.equal(growing.extend(Buffer.from('cd')), false);
  assert.ok(growing.extend(memory.subarray(2, 4)));
  assert.ok(growing.extend(memory.subarray(4, 5)));
  assert.equal(growing.length, 4);
  assert.equal(growing.bytes.toString(), 'bcde');
});

test('what was given out stays as it was', () => {
  const memory = Buffer.from('abcdef');
  const growing = new GrowingBytes(memory.subarray(0, 2));
  const before = growing.bytes;
  assert.ok(growing.extend(memory.subarray(2, 6)));
  assert.equal(before.toString(), 'ab');
  assert.equal(growing.bytes.toString(), 'abcdef');
});
