import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LeaderEpochs } from './leader-epochs.ts';

function epochs(...entries: [number, bigint][]): LeaderEpochs {
  const made = new LeaderEpochs();
  for (const [leaderEpoch, startOffset] of entries) made.assign(leaderEpoch, startOffset);
  return made;
}

const list = (made: LeaderEpochs) => made.entries.map(({ leaderEpoch, startOffset }) => [leaderEpoch, startOffset]);

describe('leader epochs', () => {
  test('tell in which epoch an offset was written', () => {
    const made = epochs([2, 10n], [5, 20n]);
    assert.equal(made.epochOf(9n), -1);
    assert.equal(made.epochOf(10n), 2);
    assert.equal(made.epochOf(19n), 2);
    assert.equal(made.epochOf(20n), 5);
  });

  test('tell where an epoch ended', () => {
    const made = epochs([2, 10n], [5, 20n], [7, 30n]);
    assert.deepEqual(made.endOffsetFor(2, 40n), { leaderEpoch: 2, endOffset: 20n });
    assert.deepEqual(made.endOffsetFor(4, 40n), { leaderEpoch: 2, endOffset: 20n });
    assert.deepEqual(made.endOffsetFor(7, 40n), { leaderEpoch: 7, endOffset: 40n });
    assert.deepEqual(made.endOffsetFor(1, 40n), { leaderEpoch: 1, endOffset: 10n });
    assert.equal(made.endOffsetFor(8, 40n), undefined);
    assert.equal(made.endOffsetFor(-1, 40n), undefined);
    assert.equal(epochs().endOffsetFor(1, 40n), undefined);
  });

  test('take an epoch that is known without a change, and drop what a new one contradicts', () => {
    const made = epochs([2, 10n]);
    made.takeDirty();
    made.assign(2, 15n);
    assert.equal(made.takeDirty(), undefined);
    made.assign(3, 10n);
    assert.deepEqual(list(made), [[3, 10n]]);
    made.assign(4, 20n);
    made.assign(4, 18n);
    assert.deepEqual(list(made), [
      [3, 10n],
      [4, 18n],
    ]);
  });

  test('are cut with the log, at both ends', () => {
    const made = epochs([2, 10n], [5, 20n], [7, 30n]);
    made.truncateFromEnd(30n);
    assert.deepEqual(list(made), [
      [2, 10n],
      [5, 20n],
    ]);
    made.truncateFromStart(15n);
    assert.deepEqual(list(made), [
      [2, 15n],
      [5, 20n],
    ]);
    made.truncateFromStart(25n);
    assert.deepEqual(list(made), [[5, 25n]]);
    made.truncateFromStart(5n);
    assert.deepEqual(list(made), [[5, 25n]]);
  });
});
