import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../../../platform/index.ts';
import type { Assignment } from '../consumer/assigned-partitions.ts';
import { assignSimple, type ShareAssignorMember } from './simple-assignor.ts';

const SEEDS = 200;

function partitions(count: number, topicId = 'a'): ReadonlyMap<string, ReadonlySet<number>> {
  return new Map([[topicId, new Set(Array.from({ length: count }, (_, index) => index))]]);
}

function members(count: number, before: ReadonlyMap<string, Assignment> = new Map()): ShareAssignorMember[] {
  return Array.from({ length: count }, (_, index) => {
    const memberId = `member-${index}`;
    return { memberId, topicIds: new Set(['a']), assignment: before.get(memberId) ?? new Map() };
  });
}

function sizes(assignments: ReadonlyMap<string, Assignment>): number[] {
  return Array.from(assignments.values(), (assignment) => assignment.get('a')?.size ?? 0);
}

test('few members divide the partitions, many share them', () => {
  assert.deepEqual(sizes(assignSimple(members(2), partitions(6))), [3, 3]);
  assert.deepEqual(sizes(assignSimple(members(6), partitions(2))), [1, 1, 1, 1, 1, 1]);
  assert.deepEqual(sizes(assignSimple(members(1), partitions(3))), [3]);
});

test('nobody, and nothing to assign', () => {
  assert.equal(assignSimple([], partitions(3)).size, 0);
  assert.deepEqual(sizes(assignSimple(members(2), new Map())), [0, 0]);
});

test('a member gets partitions of its own topics only', () => {
  const topics = new Map([...partitions(2, 'a'), ...partitions(2, 'b')]);
  const one = { memberId: 'one', topicIds: new Set(['a']), assignment: new Map() };
  const other = { memberId: 'other', topicIds: new Set(['a', 'b']), assignment: new Map() };
  const assignments = assignSimple([one, other], topics);
  assert.equal(assignments.get('one')?.has('b') ?? false, false);
  assert.deepEqual(assignments.get('other')?.get('b'), new Set([0, 1]));
  assert.equal((assignments.get('one')?.get('a')?.size ?? 0) + (assignments.get('other')?.get('a')?.size ?? 0), 2);
});

test('whoever comes and goes, every partition is shared by equally many and loads differ by one, with as much kept as can be', () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = new SeededRandom(seed);
    const partitionCount = 1 + random.integer(12);
    let before: ReadonlyMap<string, Assignment> = new Map();
    for (let round = 0; round < 4; round++) {
      const count = 1 + random.integer(12);
      const assignments = assignSimple(members(count, before), partitions(partitionCount));
      const loads = sizes(assignments);
      assert.ok(Math.max(...loads) - Math.min(...loads) <= 1, `seed ${seed}: loads ${loads}`);
      const owners = Array.from({ length: partitionCount }, (_, partition) => {
        return [...assignments.values()].filter((assignment) => assignment.get('a')?.has(partition)).length;
      });
      const expected = Math.ceil(count / partitionCount);
      assert.ok(
        owners.every((owned) => owned === expected),
        `seed ${seed}: ${count} members, owners ${owners}`,
      );
      before = assignments;
    }
    const count = before.size;
    assert.deepEqual(
      assignSimple(members(count, before), partitions(partitionCount)),
      before,
      `seed ${seed}: no change`,
    );
  }
});
