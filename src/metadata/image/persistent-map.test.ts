import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PersistentMap } from './persistent-map.ts';

// The same 32 bits for both (found by search): what separates them is the key itself.
const COLLIDING = findCollision();

test('a changed map leaves its original as it was', () => {
  const one = PersistentMap.empty<number>().set('a', 1);
  const two = one.set('b', 2).set('a', 3);
  assert.deepEqual([...one], [['a', 1]]);
  assert.deepEqual(
    new Map(two),
    new Map([
      ['a', 3],
      ['b', 2],
    ]),
  );
  assert.equal(two.delete('a').get('a'), undefined);
  assert.equal(two.size, 2);
});

test('setting the same value gives the same map', () => {
  const map = PersistentMap.empty<number>().set('a', 1);
  assert.equal(map.set('a', 1), map);
  assert.equal(map.delete('b'), map);
});

test('keys of one hash live beside each other', () => {
  const [first, second] = COLLIDING;
  let map = PersistentMap.empty<number>().set(first, 1).set(second, 2).set('other', 3);
  assert.equal(map.get(first), 1);
  assert.equal(map.get(second), 2);
  map = map.set(second, 4).delete(first);
  assert.equal(map.has(first), false);
  assert.equal(map.get(second), 4);
  assert.equal(map.size, 2);
});

test('any sequence of changes gives what a Map gives, and the differences between any two states', () => {
  const keys = fc.constantFrom(...COLLIDING, ...Array.from({ length: 60 }, (_, index) => `key-${index}`));
  const changes = fc.array(fc.tuple(keys, fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined })), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(changes, changes, (first, second) => {
      const [beforeMap, before] = apply(PersistentMap.empty<number>(), new Map(), first);
      const [afterMap, after] = apply(beforeMap, new Map(before), second);
      assert.deepEqual(sorted(beforeMap), sorted(before));
      assert.deepEqual(sorted(afterMap), sorted(after));
      assert.equal(afterMap.size, after.size);
      const expected = [...new Set([...before.keys(), ...after.keys()])]
        .filter((key) => before.get(key) !== after.get(key))
        .map((key) => ({ key, before: before.get(key), after: after.get(key) }));
      assert.deepEqual(byKey(beforeMap.differences(afterMap)), byKey(expected));
    }),
  );
});

function apply(
  start: PersistentMap<number>,
  model: Map<string, number>,
  changes: readonly [string, number | undefined][],
): [PersistentMap<number>, Map<string, number>] {
  let map = start;
  for (const [key, value] of changes) {
    map = value === undefined ? map.delete(key) : map.set(key, value);
    if (value === undefined) model.delete(key);
    else model.set(key, value);
  }
  return [map, model];
}

function sorted(entries: Iterable<[string, number]>): [string, number][] {
  return [...entries].sort(([first], [second]) => (first < second ? -1 : 1));
}

function byKey<T extends { key: string }>(items: T[]): T[] {
  return items.sort((first, second) => (first.key < second.key ? -1 : 1));
}

/** Two keys whose FNV-1a hashes are equal, and so what the map makes of them. */
function findCollision(): [string, string] {
  const seen = new Map<number, string>();
  for (let index = 0; ; index++) {
    const key = `k${index}`;
    let hash = 0x811c9dc5;
    for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
    const other = seen.get(hash);
    if (other !== undefined) return [other, key];
    seen.set(hash, key);
  }
}
