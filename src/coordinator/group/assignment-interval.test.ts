import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAssignedTooRecently } from './assignment-interval.ts';

test('an assignment is not computed anew before its interval is over', () => {
  assert.equal(isAssignedTooRecently(5000n, 1000, 5000), true);
  assert.equal(isAssignedTooRecently(5000n, 1000, 5999), true);
  assert.equal(isAssignedTooRecently(5000n, 1000, 6000), false);
});

test('the first assignment waits for nothing, nor does one without an interval', () => {
  assert.equal(isAssignedTooRecently(0n, 1000, 500), false);
  assert.equal(isAssignedTooRecently(5000n, 0, 5000), false);
});

test('a group does not wait for a clock that was set back', () => {
  assert.equal(isAssignedTooRecently(7_200_000n, 1000, 3_600_000), false);
});
