import assert from 'node:assert/strict';
import { it } from 'node:test';
import { partitionFor } from './partition-for.ts';

it('a key goes to the partition that Java computes for it', () => {
  // String.hashCode() of these: 0, 97, 96354, -1906497762 and the smallest int.
  assert.equal(partitionFor('', 50), 0);
  assert.equal(partitionFor('a', 50), 47);
  assert.equal(partitionFor('abc', 50), 4);
  assert.equal(partitionFor('my-group', 50), 12);
  assert.equal(partitionFor('polygenelubricants', 50), 0);
});
