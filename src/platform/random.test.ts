import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeRandom } from './node-random.ts';
import { SeededRandom } from './seeded-random.ts';

test('a seed repeats its sequence, and its neighbour has another', () => {
  const draw = (seed: number) => {
    const random = new SeededRandom(seed);
    return [random.bytes(8).toString('hex'), random.integer(2 ** 53 - 1), random.integer(10)];
  };
  assert.deepEqual(draw(42), draw(42));
  assert.notDeepEqual(draw(42), draw(43));
  assert.notDeepEqual(draw(1), draw(1 + 2 ** 32));
});

for (const [name, random] of [
  ['node random', nodeRandom],
  ['seeded random', new SeededRandom(7)],
] as const) {
  test(`${name}: whole numbers stay below the bound and reach all of it evenly`, () => {
    const counts = [0, 0, 0, 0, 0];
    for (let draw = 0; draw < 5000; draw++) {
      const index = random.integer(5);
      counts[index] = (counts[index] ?? Number.NaN) + 1;
    }
    for (const count of counts) assert.ok(count > 800 && count < 1200, `${counts}`);
    assert.equal(random.integer(1), 0);
    assert.throws(() => random.integer(0), RangeError);
  });

  test(`${name}: bytes come in the asked length and are not all the same`, () => {
    assert.equal(random.bytes(0).length, 0);
    const bytes = random.bytes(1000);
    assert.equal(bytes.length, 1000);
    assert.ok(new Set(bytes).size > 100);
  });
}
