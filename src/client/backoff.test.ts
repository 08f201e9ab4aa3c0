import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../platform/index.ts';
import { backoffMs } from './backoff.ts';

test('waits double up to the limit, a fifth more or less', () => {
  const random = new SeededRandom(5);
  for (const [failures, exact] of [
    [1, 100],
    [2, 200],
    [3, 400],
    [4, 800],
    [5, 1000],
    [60, 1000],
  ] as const) {
    for (let round = 0; round < 50; round++) {
      const wait = backoffMs({ initialMs: 100, maxMs: 1000 }, failures, random);
      assert.ok(wait >= exact * 0.8 && wait <= exact * 1.2, `${wait} after ${failures} failures (seed 5)`);
    }
  }
});
