// Streams groups through the coordinator's door: topologies and their topics, moving tasks, standbys, endpoints, leaving, offsets.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ConsumerFixture, joinConsumer } from '../consumer/consumer-fixture.ts';
import { commit, commitError, committed, context, GROUP, join, logged, nameOf } from '../group-fixture.ts';
import {
  beatStreams,
  CHANGELOG,
  createStreamsFixture,
  describeStreams,
  having,
  joinStreams,
  MAP,
  REPARTITION,
  SOURCE,
  subtopology,
  WORD_COUNT,
} from './streams-fixture.ts';
import { STREAMS_STATUS } from './topology-problem.ts';

const ALL = ['0-0', '0-1', '0-2', '0-3'];

async function wordCountFixture(texts: Readonly<Record<string, string>> = {}): Promise<ConsumerFixture> {
  const fixture = await createStreamsFixture(texts, 2);
  fixture.setTopic(REPARTITION, 2);
  fixture.setTopic(CHANGELOG, 2);
  return fixture;
}

describe('a streams group', () => {
  test('gives its only member all tasks', async () => {
    const fixture = await createStreamsFixture();
    const view = await joinStreams(fixture, 'a');
    assert.deepEqual([view.error, view.memberEpoch, view.active, view.status], ['NONE', 2, ALL, []]);
    const group = await describeStreams(fixture);
    assert.deepEqual([group.groupState, group.groupEpoch, group.assignmentEpoch], ['Stable', 2, 2]);
    assert.deepEqual(
      logged(fixture).map(({ kind }) => kind),
      [
        'streams-member',
        'streams-topology',
        'streams-group',
        'streams-target-member',
        'streams-target',
        'streams-current-member',
      ],
    );
  });

  test('waits for more members before its first assignment', async () => {
    const fixture = await createStreamsFixture({ 'group.streams.initial.rebalance.delay.ms': '3000' });
    const first = await joinStreams(fixture, 'a');
    assert.deepEqual([first.memberEpoch, first.active], [1, []]);
    assert.deepEqual(
      first.status.map(({ statusCode }) => statusCode),
      [STREAMS_STATUS.assignmentDelayed],
    );
    const second = await joinStreams(fixture, 'b');
    assert.equal(second.status.length, 1);
    await fixture.clock.advanceAndSettle(3000);
    const a = await beatStreams(fixture, 'a', { memberEpoch: 1 });
    const b = await beatStreams(fixture, 'b', { memberEpoch: 1 });
    assert.deepEqual([...(a.active ?? []), ...(b.active ?? [])].sort(), ALL);
  });

  test('moves tasks to a second process only when the first has given them up', async () => {
    const fixture = await createStreamsFixture();
    const a = await joinStreams(fixture, 'a');
    const b = await joinStreams(fixture, 'b');
    assert.deepEqual([b.memberEpoch, b.active], [3, []]);
    const revoking = await beatStreams(fixture, 'a', { memberEpoch: a.memberEpoch, ...having(ALL) });
    assert.deepEqual([revoking.memberEpoch, revoking.active?.length], [2, 2]);
    assert.equal((await beatStreams(fixture, 'b', { memberEpoch: 3 })).active, undefined);
    assert.equal((await describeStreams(fixture)).groupState, 'Reconciling');
    const revoked = await beatStreams(fixture, 'a', { memberEpoch: 2, ...having(revoking.active) });
    assert.equal(revoked.memberEpoch, 3);
    const given = await beatStreams(fixture, 'b', { memberEpoch: 3 });
    assert.deepEqual([...(given.active ?? []), ...(revoking.active ?? [])].sort(), ALL);
    assert.equal((await describeStreams(fixture)).groupState, 'Stable');
  });

  test('tells a member its tasks again that tells others, because an answer was lost', async () => {
    const fixture = await createStreamsFixture();
    await joinStreams(fixture, 'a');
    const silent = await beatStreams(fixture, 'a', { memberEpoch: 2 });
    assert.equal(silent.active, undefined);
    const lost = await beatStreams(fixture, 'a', { memberEpoch: 2, ...having([]) });
    assert.deepEqual([lost.memberEpoch, lost.active, lost.standby], [2, ALL, []]);
    const whole = await beatStreams(fixture, 'a', { memberEpoch: 2, ...having(ALL) });
    assert.equal(whole.active, undefined);
  });

  test('fences a member that does not give up its tasks in time', async () => {
    const fixture = await createStreamsFixture();
    const a = await joinStreams(fixture, 'a', { rebalanceTimeoutMs: 10_000 });
    const b = await joinStreams(fixture, 'b');
    await beatStreams(fixture, 'a', { memberEpoch: a.memberEpoch, ...having(ALL) });
    await fixture.clock.advanceAndSettle(10_000);
    assert.equal((await beatStreams(fixture, 'a', { memberEpoch: 2 })).error, 'UNKNOWN_MEMBER_ID');
    assert.deepEqual((await beatStreams(fixture, 'b', { memberEpoch: b.memberEpoch })).active, ALL);
  });

  test('fences a member whose session times out, and goes on where it was after a restart', async () => {
    const fixture = await createStreamsFixture();
    await joinStreams(fixture, 'a');
    const before = await describeStreams(fixture);
    await fixture.restart();
    assert.deepEqual(await describeStreams(fixture), before);
    await fixture.clock.advanceAndSettle(44_999);
    assert.equal((await beatStreams(fixture, 'a', { memberEpoch: 2 })).error, 'NONE');
    await fixture.clock.advanceAndSettle(45_000);
    assert.equal((await describeStreams(fixture)).groupState, 'Empty');
  });

  test('refuses members beyond its size', async () => {
    const fixture = await createStreamsFixture({ 'group.streams.max.size': '1' });
    await joinStreams(fixture, 'a');
    assert.equal((await joinStreams(fixture, 'b')).error, 'GROUP_MAX_SIZE_REACHED');
  });

  test('keeps standbys of stateful tasks in other processes, as many as are set', async () => {
    const fixture = await wordCountFixture({ 'group.streams.num.standby.replicas': '1' });
    const a = await joinStreams(fixture, 'a', { topology: WORD_COUNT });
    assert.deepEqual([a.active, a.standby], [['0-0', '0-1', '1-0', '1-1'], []]);
    await joinStreams(fixture, 'b', { topology: WORD_COUNT });
    const [one, other] = (await describeStreams(fixture)).members.map(({ targetAssignment }) => targetAssignment);
    const tasks = (of: typeof one) =>
      of?.standbyTasks.flatMap(({ subtopologyId, partitions }) =>
        partitions.map((partition) => `${subtopologyId}-${partition}`),
      );
    assert.deepEqual([...(tasks(one) ?? []), ...(tasks(other) ?? [])].sort(), ['1-0', '1-1']);
  });

  test('does not compute assignments more often than it is set', async () => {
    const fixture = await createStreamsFixture({ 'group.streams.assignment.interval.ms': '1000' });
    await joinStreams(fixture, 'a');
    const soon = await joinStreams(fixture, 'b');
    assert.deepEqual(
      [soon.memberEpoch, soon.status.map(({ statusCode }) => statusCode)],
      [2, [STREAMS_STATUS.assignmentDelayed]],
    );
    await fixture.clock.advanceAndSettle(1000);
    assert.equal((await beatStreams(fixture, 'b', { memberEpoch: 2 })).memberEpoch, 3);
  });
});

describe('a topology', () => {
  test('waits for its source topics', async () => {
    const fixture = await createStreamsFixture();
    fixture.setTopic(SOURCE, 0);
    const early = await joinStreams(fixture, 'a');
    assert.deepEqual(early.status, [
      { statusCode: STREAMS_STATUS.missingSourceTopics, statusDetail: `Source topics ${SOURCE} are missing.` },
    ]);
    assert.equal((await describeStreams(fixture)).groupState, 'NotReady');
    fixture.setTopic(SOURCE, 2);
    const later = await beatStreams(fixture, 'a', { memberEpoch: early.memberEpoch });
    assert.deepEqual([later.active, later.status], [['0-0', '0-1'], []]);
  });

  test('tells which internal topics are to be created, and goes on when they are there', async () => {
    const fixture = await createStreamsFixture({}, 3);
    const early = await joinStreams(fixture, 'a', { topology: WORD_COUNT });
    assert.deepEqual(early.missing, [`${CHANGELOG}:3`, `${REPARTITION}:3`]);
    assert.deepEqual(
      early.status.map(({ statusCode }) => statusCode),
      [STREAMS_STATUS.missingInternalTopics],
    );
    fixture.setTopic(REPARTITION, 3);
    const half = await beatStreams(fixture, 'a', { memberEpoch: early.memberEpoch });
    assert.deepEqual(half.missing, [`${CHANGELOG}:3`]);
    fixture.setTopic(CHANGELOG, 3);
    const later = await beatStreams(fixture, 'a', { memberEpoch: half.memberEpoch });
    assert.deepEqual([later.missing, later.active?.length], [[], 6]);
  });

  test('that its internal topics do not fit gets no tasks', async () => {
    const fixture = await createStreamsFixture();
    fixture.setTopic(CHANGELOG, 7);
    const { status, missing } = await joinStreams(fixture, 'a', { topology: WORD_COUNT });
    assert.deepEqual(status, [
      {
        statusCode: STREAMS_STATUS.incorrectlyPartitionedTopics,
        statusDetail: `Existing topic ${CHANGELOG} has different number of partitions: expected 4, found 7`,
      },
    ]);
    assert.deepEqual(missing, []);
  });

  test('is the first member’s; older ones may stay, others are refused', async () => {
    const fixture = await createStreamsFixture();
    await joinStreams(fixture, 'a', { topology: { ...MAP, epoch: 1 } });
    const older = await joinStreams(fixture, 'b');
    assert.deepEqual([older.error, older.status[0]?.statusCode], ['NONE', STREAMS_STATUS.staleTopology]);
    assert.equal((await joinStreams(fixture, 'c', { topology: WORD_COUNT })).error, 'NONE');
    const different = { ...WORD_COUNT, epoch: 1 };
    assert.equal((await joinStreams(fixture, 'd', { topology: different })).error, 'INVALID_REQUEST');
  });

  test('that contradicts itself is refused', async () => {
    const fixture = await createStreamsFixture();
    const source = subtopology('0', { sourceTopics: [SOURCE] });
    const errorOf = async (...subtopologies: (typeof source)[]) =>
      (await joinStreams(fixture, 'a', { topology: { epoch: 0, subtopologies } })).error;
    assert.equal(await errorOf(source, source), 'STREAMS_INVALID_TOPOLOGY');
    assert.equal(await errorOf(subtopology('0', {})), 'STREAMS_INVALID_TOPOLOGY');
    const copartitionGroups = [{ sourceTopics: [1], sourceTopicRegex: [], repartitionSourceTopics: [] }];
    assert.equal(await errorOf({ ...source, copartitionGroups }), 'STREAMS_INVALID_TOPOLOGY');
    assert.equal(await errorOf({ ...source, sourceTopicRegex: ['.*'] }), 'INVALID_REQUEST');
  });

  test('is looked at again when one of its topics grows', async () => {
    const fixture = await createStreamsFixture({}, 1);
    const { memberEpoch } = await joinStreams(fixture, 'a');
    fixture.setTopic(SOURCE, 2);
    assert.deepEqual((await beatStreams(fixture, 'a', { memberEpoch })).active, ['0-0', '0-1']);
  });
});

describe('a member of a streams group', () => {
  test('may come with the epoch before, when it owns no more than it should', async () => {
    const fixture = await createStreamsFixture();
    const a = await joinStreams(fixture, 'a');
    const b = await joinStreams(fixture, 'b');
    const revoking = await beatStreams(fixture, 'a', { memberEpoch: a.memberEpoch, ...having(ALL) });
    await beatStreams(fixture, 'a', { memberEpoch: 2, ...having(revoking.active) });
    const late = await beatStreams(fixture, 'a', { memberEpoch: 2, ...having(revoking.active) });
    assert.deepEqual([late.error, late.memberEpoch], ['NONE', b.memberEpoch]);
    assert.equal((await beatStreams(fixture, 'a', { memberEpoch: 2, ...having(ALL) })).error, 'FENCED_MEMBER_EPOCH');
    assert.equal((await beatStreams(fixture, 'a', { memberEpoch: 9 })).error, 'FENCED_MEMBER_EPOCH');
    assert.equal((await beatStreams(fixture, 'c', { memberEpoch: 2 })).error, 'UNKNOWN_MEMBER_ID');
  });

  test('that names tasks which there are not is refused', async () => {
    const fixture = await createStreamsFixture();
    const { memberEpoch } = await joinStreams(fixture, 'a');
    for (const task of ['0-4', '7-0'])
      assert.equal((await beatStreams(fixture, 'a', { memberEpoch, ...having([task]) })).error, 'INVALID_REQUEST');
  });

  test('can stop the whole application', async () => {
    const fixture = await createStreamsFixture();
    await joinStreams(fixture, 'a');
    await joinStreams(fixture, 'b');
    await beatStreams(fixture, 'b', { memberEpoch: -1, shutdownApplication: true });
    const { status } = await beatStreams(fixture, 'a', { memberEpoch: 2 });
    assert.deepEqual(
      status.map(({ statusCode }) => statusCode),
      [STREAMS_STATUS.shutdownApplication],
    );
    await beatStreams(fixture, 'a', { memberEpoch: -1 });
    assert.deepEqual((await joinStreams(fixture, 'c')).status, []);
  });

  test('hears at which endpoint each partition can be asked for', async () => {
    const fixture = await createStreamsFixture();
    const a = await joinStreams(fixture, 'a', { userEndpoint: { host: 'one', port: 1 } });
    await joinStreams(fixture, 'b', { userEndpoint: { host: 'two', port: 2 } });
    const news = await beatStreams(fixture, 'a', { memberEpoch: a.memberEpoch, ...having(ALL) });
    assert.equal(news.endpoints?.length, 2);
    assert.match(news.endpoints?.join() ?? '', /one:1 lines=\d\+\d/);
    const same = await beatStreams(fixture, 'a', { memberEpoch: 2, endpointInformationEpoch: news.endpointEpoch });
    assert.equal(same.endpoints, undefined);
  });

  test('commits and fetches offsets in its epoch, and those of its tasks in an older one too', async () => {
    const fixture = await createStreamsFixture();
    const a = await joinStreams(fixture, 'a');
    const as = (generationIdOrMemberEpoch: number, memberId = 'a') => ({ memberId, generationIdOrMemberEpoch });
    assert.equal(await commitError(fixture, { [SOURCE]: 1n }, as(a.memberEpoch)), 'NONE');
    assert.equal(await commitError(fixture, { [SOURCE]: 1n }, as(3)), 'STALE_MEMBER_EPOCH');
    assert.equal(await commitError(fixture, { [SOURCE]: 1n }, as(2, 'b')), 'UNKNOWN_MEMBER_ID');
    assert.equal(await commitError(fixture, { [SOURCE]: 1n }, { ...as(2), version: 8 }), 'UNSUPPORTED_VERSION');
    await joinStreams(fixture, 'b');
    const kept = await beatStreams(fixture, 'a', { memberEpoch: 2, ...having(ALL) });
    await beatStreams(fixture, 'a', { memberEpoch: 2, ...having(kept.active) });
    assert.equal(
      await commitError(fixture, { [SOURCE]: 2n }, as(2)),
      kept.active?.includes('0-0') ? 'NONE' : 'STALE_MEMBER_EPOCH',
    );
    assert.equal(await commitError(fixture, { other: 2n }, as(2)), 'STALE_MEMBER_EPOCH');
    const request = { groupId: GROUP, memberId: 'a', memberEpoch: 2, topics: null };
    assert.equal(nameOf(await fixture.coordinator.fetchOffsets(context(9), request, false)), 'STALE_MEMBER_EPOCH');
  });
});

describe('the end of a streams group', () => {
  test('comes by DeleteGroups when it is empty, with its offsets', async () => {
    const fixture = await createStreamsFixture();
    const { memberEpoch } = await joinStreams(fixture, 'a');
    await commit(fixture, { [SOURCE]: 5n }, { memberId: 'a', generationIdOrMemberEpoch: memberEpoch });
    const remove = async () => {
      const { results } = await fixture.coordinator.deleteGroups(context(2), { groupsNames: [GROUP] });
      return nameOf(results[0] ?? {});
    };
    assert.equal(await remove(), 'NON_EMPTY_GROUP');
    await beatStreams(fixture, 'a', { memberEpoch: -1 });
    assert.deepEqual(await committed(fixture), { [SOURCE]: 5n });
    assert.equal(await remove(), 'NONE');
    await fixture.restart();
    assert.deepEqual(await committed(fixture), {});
    assert.equal(nameOf(await describeStreams(fixture)), 'GROUP_ID_NOT_FOUND');
  });

  test('may be that an empty one gives way to a classic group, and an empty classic one to a streams group', async () => {
    const fixture = await createStreamsFixture();
    await joinStreams(fixture, 'a');
    assert.equal(nameOf(await join(fixture, { memberId: '' })), 'INCONSISTENT_GROUP_PROTOCOL');
    assert.equal((await joinConsumer(fixture, 'c')).error, 'GROUP_ID_NOT_FOUND');
    await beatStreams(fixture, 'a', { memberEpoch: -1 });
    assert.equal((await joinConsumer(fixture, 'c')).error, 'GROUP_ID_NOT_FOUND');
    assert.equal(nameOf(await join(fixture, { memberId: '' })), 'MEMBER_ID_REQUIRED');
    assert.equal(nameOf(await describeStreams(fixture)), 'GROUP_ID_NOT_FOUND');
    await fixture.clock.advanceAndSettle(600_000);
    assert.equal((await joinStreams(fixture, 'a')).error, 'NONE');
    await fixture.restart();
    assert.equal((await describeStreams(fixture)).groupState, 'Stable');
  });

  test('lists as a streams group until then', async () => {
    const fixture = await createStreamsFixture();
    await joinStreams(fixture, 'a');
    const { groups } = await fixture.coordinator.listGroups(context(5), { statesFilter: [], typesFilter: ['streams'] });
    assert.deepEqual(groups, [{ groupId: GROUP, protocolType: 'streams', groupState: 'Stable', groupType: 'streams' }]);
  });
});
