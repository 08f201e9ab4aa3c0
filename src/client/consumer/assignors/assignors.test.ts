import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionName, type TopicPartition } from '../../topic-partition.ts';
import type { AssignorMember } from './assignment-input.ts';
import { assignCooperativeSticky } from './cooperative-sticky.ts';
import { assignRange } from './range.ts';
import { assignRoundRobin } from './round-robin.ts';

function member(
  memberId: string,
  topics: readonly string[],
  owned: readonly TopicPartition[] = [],
  instanceId: string | null = null,
): AssignorMember {
  return { memberId, instanceId, topics, ownedPartitions: owned, generationId: 1 };
}

function named(assignment: ReadonlyMap<string, readonly TopicPartition[]>): Record<string, string[]> {
  return Object.fromEntries(
    [...assignment].map(([memberId, partitions]) => [memberId, partitions.map(partitionName).sort()]),
  );
}

test('range gives runs of partitions, one more to the first members', () => {
  const assignment = assignRange([member('b', ['t']), member('a', ['t']), member('c', ['other'])], new Map([['t', 5]]));
  assert.deepEqual(named(assignment), { a: ['t-0', 't-1', 't-2'], b: ['t-3', 't-4'], c: [] });
});

test('static members come first, by instance id', () => {
  const assignment = assignRange([member('a', ['t']), member('z', ['t'], [], 'one')], new Map([['t', 1]]));
  assert.deepEqual(named(assignment), { a: [], z: ['t-0'] });
});

test('round-robin deals the partitions of all topics in turn', () => {
  const members = [member('a', ['t', 'u']), member('b', ['t', 'u'])];
  const assignment = assignRoundRobin(
    members,
    new Map([
      ['t', 3],
      ['u', 3],
    ]),
  );
  assert.deepEqual(named(assignment), { a: ['t-0', 't-2', 'u-1'], b: ['t-1', 'u-0', 'u-2'] });
});

test('round-robin passes over members that do not subscribe, and topics that nobody wants', () => {
  const members = [member('a', ['t']), member('b', ['u'])];
  const assignment = assignRoundRobin(
    members,
    new Map([
      ['t', 2],
      ['u', 1],
      ['v', 1],
    ]),
  );
  assert.deepEqual(named(assignment), { a: ['t-0', 't-1'], b: ['u-0'] });
});

test('sticky: a new member gets nothing before the others have given it up', () => {
  const owned = [0, 1, 2, 3].map((partition) => ({ topic: 't', partition }));
  const counts = new Map([['t', 4]]);
  const first = assignCooperativeSticky([member('a', ['t'], owned), member('b', ['t'])], counts);
  assert.equal(first.get('a')?.length, 2);
  assert.deepEqual(first.get('b'), []);
  const second = assignCooperativeSticky([member('a', ['t'], first.get('a')), member('b', ['t'])], counts);
  assert.deepEqual(second.get('a'), first.get('a'));
  assert.equal(second.get('b')?.length, 2);
});

test('sticky: what a member that left had is divided among the others, who keep theirs', () => {
  const a = [
    { topic: 't', partition: 0 },
    { topic: 't', partition: 1 },
  ];
  const b = [
    { topic: 't', partition: 2 },
    { topic: 't', partition: 3 },
  ];
  const assignment = assignCooperativeSticky([member('a', ['t'], a), member('b', ['t'], b)], new Map([['t', 6]]));
  assert.deepEqual(named(assignment), { a: ['t-0', 't-1', 't-4'], b: ['t-2', 't-3', 't-5'] });
});

test('sticky: a partition that two members of one generation claim is taken from both', () => {
  const claim = [{ topic: 't', partition: 0 }];
  const assignment = assignCooperativeSticky(
    [member('a', ['t'], claim), member('b', ['t'], claim)],
    new Map([['t', 2]]),
  );
  assert.deepEqual([...assignment.values()].flat().map(partitionName).sort(), ['t-0', 't-1']);
});

test('sticky: subscriptions that differ are respected and balanced', () => {
  const members = [member('a', ['t', 'u']), member('b', ['t'])];
  const assignment = assignCooperativeSticky(
    members,
    new Map([
      ['t', 4],
      ['u', 2],
    ]),
  );
  assert.equal(assignment.get('a')?.length, 3);
  assert.equal(assignment.get('b')?.length, 3);
  assert.ok(assignment.get('b')?.every(({ topic }) => topic === 't'));
});
