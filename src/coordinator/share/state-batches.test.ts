import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../../platform/index.ts';
import { combineStateBatches, DELIVERY_STATE, type StateBatch } from './state-batches.ts';

const { available, acknowledged, archived } = DELIVERY_STATE;
const STATES = [available, acknowledged, archived];
const SEEDS = 500;

function batch(first: number, last: number, deliveryState: number, deliveryCount: number): StateBatch {
  return { firstOffset: BigInt(first), lastOffset: BigInt(last), deliveryState, deliveryCount };
}

test('an update counts for its records, the others stay as they were', () => {
  const before = [batch(0, 9, available, 1)];
  assert.deepEqual(combineStateBatches(before, [batch(3, 5, acknowledged, 1)], -1n), [
    batch(0, 2, available, 1),
    batch(3, 5, acknowledged, 1),
    batch(6, 9, available, 1),
  ]);
});

test('what lies before the start offset is dropped', () => {
  assert.deepEqual(combineStateBatches([batch(0, 9, available, 1)], [batch(8, 12, archived, 2)], 5n), [
    batch(5, 7, available, 1),
    batch(8, 12, archived, 2),
  ]);
});

test('neighbours that stand alike are one', () => {
  assert.deepEqual(combineStateBatches([batch(0, 4, acknowledged, 1)], [batch(5, 9, acknowledged, 1)], -1n), [
    batch(0, 9, acknowledged, 1),
  ]);
});

test('the newer of two wins: the one of more deliveries, or the later state', () => {
  assert.deepEqual(combineStateBatches([batch(0, 0, available, 3)], [batch(0, 0, archived, 2)], -1n), [
    batch(0, 0, available, 3),
  ]);
  assert.deepEqual(combineStateBatches([batch(0, 0, available, 3)], [batch(0, 0, archived, 3)], -1n), [
    batch(0, 0, archived, 3),
  ]);
});

test('ranges give what a table of single records gives', () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = new SeededRandom(seed);
    const current = disjoint(random);
    const updates = Array.from({ length: random.integer(5) }, () => anyBatch(random, random.integer(30)));
    const startOffset = BigInt(random.integer(20)) - 1n;
    const expected = new Map<bigint, StateBatch>();
    for (const each of [...current, ...updates]) {
      for (let offset = each.firstOffset; offset <= each.lastOffset; offset++) {
        const known = expected.get(offset);
        if (offset >= startOffset && (known === undefined || isNewer(each, known))) expected.set(offset, each);
      }
    }
    const combined = combineStateBatches(current, updates, startOffset);
    const told = combined.flatMap((each) => {
      const offsets = Array.from({ length: Number(each.lastOffset - each.firstOffset) + 1 }, (_, index) => index);
      return offsets.map((index) => [each.firstOffset + BigInt(index), each.deliveryState, each.deliveryCount]);
    });
    const sorted = [...expected].sort(([one], [other]) => Number(one - other));
    assert.deepEqual(
      told,
      sorted.map(([offset, { deliveryState, deliveryCount }]) => [offset, deliveryState, deliveryCount]),
      `seed ${seed}`,
    );
  }
});

function isNewer(one: StateBatch, other: StateBatch): boolean {
  if (one.deliveryCount !== other.deliveryCount) return one.deliveryCount > other.deliveryCount;
  return one.deliveryState > other.deliveryState;
}

function anyBatch(random: SeededRandom, first: number): StateBatch {
  return batch(first, first + random.integer(6), STATES[random.integer(3)] ?? available, 1 + random.integer(3));
}

function disjoint(random: SeededRandom): StateBatch[] {
  const batches: StateBatch[] = [];
  for (let first = random.integer(4); first < 25; ) {
    const next = anyBatch(random, first);
    batches.push(next);
    first = Number(next.lastOffset) + 1 + random.integer(4);
  }
  return batches;
}
