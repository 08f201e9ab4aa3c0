import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BYTES_PER_KEY, KeyOffsetMap, mappableKeys } from './key-offset-map.ts';

const put = (map: KeyOffsetMap, number: number, offset: bigint) => {
  const key = Buffer.from(`key ${number}`);
  map.put(key, 0, key.length, offset);
};
const get = (map: KeyOffsetMap, number: number) => {
  const key = Buffer.from(`key ${number}`);
  return map.get(key, 0, key.length);
};

test('a map has the newest offset of each key, and takes no more memory than it was given', () => {
  const memoryBytes = 24_000;
  const capacity = mappableKeys(memoryBytes, 0.9);
  const map = new KeyOffsetMap(capacity, 0.9);
  assert.equal(capacity, 900);
  assert.ok(map.memoryBytes <= memoryBytes + BYTES_PER_KEY);
  for (let round = 0; round < 3; round++)
    for (let number = 0; number < capacity; number++) put(map, number, BigInt(round * capacity + number));
  for (let number = 0; number < capacity; number++) assert.equal(get(map, number), BigInt(2 * capacity + number));
  assert.equal(get(map, capacity), -1n);
  assert.ok(map.isFull);
  assert.throws(() => put(map, capacity, 1n), /full/);
});

test('a map keeps offset 0, and the largest', () => {
  const map = new KeyOffsetMap(2, 0.5);
  put(map, 0, 0n);
  put(map, 1, 2n ** 63n - 2n);
  assert.deepEqual([get(map, 0), get(map, 1)], [0n, 2n ** 63n - 2n]);
});
