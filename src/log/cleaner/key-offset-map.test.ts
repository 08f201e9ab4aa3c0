import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BYTES_PER_KEY, KeyOffsetMap, mappableKeys } from './key-offset-map.ts';

const key = (number: number) => Buffer.from(`key ${number}`);

test('a map has the newest offset of each key, and takes no more memory than it was given', () => {
  const memoryBytes = 24_000;
  const capacity = mappableKeys(memoryBytes, 0.9);
  const map = new KeyOffsetMap(capacity, 0.9);
  assert.equal(capacity, 900);
  assert.ok(map.memoryBytes <= memoryBytes + BYTES_PER_KEY);
  for (let round = 0; round < 3; round++)
    for (let number = 0; number < capacity; number++) map.put(key(number), BigInt(round * capacity + number));
  for (let number = 0; number < capacity; number++) assert.equal(map.get(key(number)), BigInt(2 * capacity + number));
  assert.equal(map.get(key(capacity)), -1n);
  assert.ok(map.isFull);
  assert.throws(() => map.put(key(capacity), 1n), /full/);
});

test('a map keeps offset 0, and the largest', () => {
  const map = new KeyOffsetMap(2, 0.5);
  map.put(key(0), 0n);
  map.put(key(1), 2n ** 63n - 2n);
  assert.deepEqual([map.get(key(0)), map.get(key(1))], [0n, 2n ** 63n - 2n]);
});
