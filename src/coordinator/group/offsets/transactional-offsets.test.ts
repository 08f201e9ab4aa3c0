import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errorName, type TxnOffsetCommitRequest, ZERO_UUID } from '../../../protocol/index.ts';
import {
  commit,
  committed,
  context,
  createFixture,
  type Fixture,
  GROUP,
  isPending,
  stableGroup,
} from '../group-fixture.ts';

const PRODUCER = { producerId: 5n, producerEpoch: 0 };
const HOUR_MS = 3600_000;

async function commitInTransaction(
  { coordinator }: Fixture,
  topic: string,
  committedOffset: bigint,
  fields: Partial<TxnOffsetCommitRequest> = {},
) {
  const partition = { partitionIndex: 0, committedOffset, committedLeaderEpoch: 3, committedMetadata: 'note' };
  const request = {
    transactionalId: 'payments',
    groupId: GROUP,
    ...PRODUCER,
    generationId: -1,
    memberId: '',
    groupInstanceId: null,
    topics: [{ name: topic, partitions: [partition] }],
    ...fields,
  };
  const response = await coordinator.commitTransactionalOffsets(request, () => {});
  return errorName(response.topics[0]?.partitions[0]?.errorCode ?? 0);
}

function end({ coordinator }: Fixture, outcome: 'commit' | 'abort', fields = {}) {
  return coordinator.completeTransaction(0, {
    ...PRODUCER,
    producerEpoch: 1,
    isCommit: outcome === 'commit',
    coordinatorEpoch: 0,
    transactionVersion: 2,
    ...fields,
  });
}

async function stableOffset({ coordinator }: Fixture, topic: string) {
  const topics = [{ name: topic, topicId: ZERO_UUID, partitionIndexes: [0] }];
  const request = { groupId: GROUP, memberId: null, memberEpoch: -1, topics };
  const response = await coordinator.fetchOffsets(context(9), request, true);
  const [partition] = response.topics[0]?.partitions ?? [];
  return partition?.errorCode === 0 ? partition.committedOffset : errorName(partition?.errorCode ?? 0);
}

describe('offsets of a transaction', () => {
  it('count when it is committed, and survive a restart before and after', async () => {
    const fixture = await createFixture();
    await commit(fixture, { a: 1n });
    assert.equal(await commitInTransaction(fixture, 'a', 7n), 'NONE');
    assert.deepEqual(await committed(fixture), { a: 1n });
    await fixture.restart();
    assert.deepEqual(await committed(fixture), { a: 1n });
    await end(fixture, 'commit');
    assert.deepEqual(await committed(fixture), { a: 7n });
    await fixture.restart();
    assert.deepEqual(await committed(fixture), { a: 7n });
  });

  it('are dropped when it is aborted, also on replay', async () => {
    const fixture = await createFixture();
    await commitInTransaction(fixture, 'a', 7n);
    await end(fixture, 'abort');
    assert.deepEqual(await committed(fixture), {});
    await fixture.restart();
    assert.deepEqual(await committed(fixture), {});
  });

  it('make a reader of stable offsets come back until it has ended (KIP-447)', async () => {
    const fixture = await createFixture();
    await commit(fixture, { a: 1n, b: 2n });
    await commitInTransaction(fixture, 'a', 7n);
    assert.equal(await stableOffset(fixture, 'a'), 'UNSTABLE_OFFSET_COMMIT');
    assert.equal(await stableOffset(fixture, 'b'), 2n);
    assert.equal(await stableOffset(fixture, 'c'), -1n);
    await fixture.restart();
    assert.equal(await stableOffset(fixture, 'a'), 'UNSTABLE_OFFSET_COMMIT');
    await end(fixture, 'commit');
    assert.equal(await stableOffset(fixture, 'a'), 7n);
  });

  it('do not undo a commit that came after them', async () => {
    const fixture = await createFixture();
    await commitInTransaction(fixture, 'a', 7n);
    await commit(fixture, { a: 9n });
    await end(fixture, 'commit');
    assert.deepEqual(await committed(fixture), { a: 9n });
    await fixture.restart();
    assert.deepEqual(await committed(fixture), { a: 9n });
  });

  it('are answered, as its end is, when they are on disk', async () => {
    const fixture = await createFixture();
    fixture.log.isHolding = true;
    const commits = commitInTransaction(fixture, 'a', 7n);
    assert.equal(await isPending(commits), true);
    const ending = end(fixture, 'commit');
    assert.equal(await isPending(ending), true);
    fixture.log.commit();
    assert.equal(await commits, 'NONE');
    assert.equal(await isPending(ending), true);
    fixture.log.commit();
    await ending;
    assert.deepEqual(await committed(fixture), { a: 7n });
  });

  it('are refused from a producer that was fenced, also while the end that fences it is being written', async () => {
    const fixture = await createFixture();
    await commitInTransaction(fixture, 'a', 7n);
    fixture.log.isHolding = true;
    const ending = end(fixture, 'abort', { producerEpoch: 2 });
    const late = commitInTransaction(fixture, 'a', 8n, { producerEpoch: 1 });
    await isPending(ending);
    fixture.log.isHolding = false;
    fixture.log.commit();
    await ending;
    assert.equal(await late, 'INVALID_PRODUCER_EPOCH');
    assert.equal(await commitInTransaction(fixture, 'a', 8n, { producerEpoch: 1 }), 'INVALID_PRODUCER_EPOCH');
    assert.deepEqual(await committed(fixture), {});
  });

  it('are not ended by a marker of an older coordinator or transaction', async () => {
    const fixture = await createFixture();
    await end(fixture, 'commit', { coordinatorEpoch: 4 });
    await commitInTransaction(fixture, 'a', 7n, { producerEpoch: 1 });
    await assert.rejects(end(fixture, 'commit', { coordinatorEpoch: 4 }), { code: 'INVALID_PRODUCER_EPOCH' });
    const old = { coordinatorEpoch: 3, producerEpoch: 2 };
    await assert.rejects(end(fixture, 'commit', old), { code: 'TRANSACTION_COORDINATOR_FENCED' });
    assert.equal(await stableOffset(fixture, 'a'), 'UNSTABLE_OFFSET_COMMIT');
    await end(fixture, 'commit', { coordinatorEpoch: 4, producerEpoch: 2 });
    // The same once more, as after a lost answer, is no mistake.
    await end(fixture, 'commit', { coordinatorEpoch: 4, producerEpoch: 2 });
    assert.equal(await stableOffset(fixture, 'a'), 7n);
  });

  it('are judged by what will be known when everything that waits is written', async () => {
    const fixture = await createFixture();
    const known: unknown[] = [];
    const judge = async () => {
      const topics = [{ name: 'a', partitions: [] }];
      const request = { transactionalId: 't', groupId: GROUP, ...PRODUCER, producerEpoch: 1, topics };
      const member = { generationId: -1, memberId: '', groupInstanceId: null };
      await fixture.coordinator.commitTransactionalOffsets({ ...request, ...member }, (state) => {
        known.push(state?.hasOpenTransaction);
      });
    };
    await judge();
    fixture.log.isHolding = true;
    const commits = commitInTransaction(fixture, 'a', 7n, { producerEpoch: 1 });
    await isPending(commits);
    const judged = [judge()];
    const ending = end(fixture, 'commit', { transactionVersion: 0 });
    judged.push(judge());
    fixture.log.isHolding = false;
    fixture.log.commit();
    await Promise.all([commits, ending, ...judged]);
    assert.deepEqual(known, [undefined, true, false]);
  });

  it('are refused where the transaction may not write', async () => {
    const fixture = await createFixture();
    const request = { transactionalId: 't', groupId: '', ...PRODUCER, generationId: -1, memberId: '' };
    const topics = [
      {
        name: 'a',
        partitions: [{ partitionIndex: 0, committedOffset: 1n, committedLeaderEpoch: -1, committedMetadata: null }],
      },
    ];
    const nameless = { ...request, groupInstanceId: null, topics };
    const response = await fixture.coordinator.commitTransactionalOffsets(nameless, () => {});
    assert.equal(errorName(response.topics[0]?.partitions[0]?.errorCode ?? 0), 'INVALID_GROUP_ID');
    assert.equal(
      await commitInTransaction(fixture, 'a', 7n, {
        topics: [
          {
            name: 'a',
            partitions: [
              { partitionIndex: 0, committedOffset: 1n, committedLeaderEpoch: -1, committedMetadata: 'x'.repeat(5000) },
            ],
          },
        ],
      }),
      'OFFSET_METADATA_TOO_LARGE',
    );
  });

  it('are those of a member of the current generation, if it says which', async () => {
    const fixture = await createFixture();
    assert.equal(await commitInTransaction(fixture, 'a', 1n, { generationId: 3, memberId: 'm' }), 'ILLEGAL_GENERATION');
    const [member] = await stableGroup(fixture, 1);
    assert.ok(member);
    const { memberId, generationId = -1 } = member;
    assert.equal(await commitInTransaction(fixture, 'a', 1n, { memberId, generationId }), 'NONE');
    const old = { memberId, generationId: generationId - 1 };
    assert.equal(await commitInTransaction(fixture, 'a', 1n, old), 'ILLEGAL_GENERATION');
    assert.equal(await commitInTransaction(fixture, 'a', 1n, { memberId: 'm', generationId }), 'UNKNOWN_MEMBER_ID');
    const stranger = { memberId, generationId, groupInstanceId: 'nobody' };
    assert.equal(await commitInTransaction(fixture, 'a', 1n, stranger), 'UNKNOWN_MEMBER_ID');
    // Producers before v3 cannot say.
    assert.equal(await commitInTransaction(fixture, 'a', 2n), 'NONE');
  });

  it('keep their group and its offsets from expiring', async () => {
    const fixture = await createFixture({ 'offsets.retention.minutes': '60' });
    await commit(fixture, { a: 1n, b: 1n });
    await commitInTransaction(fixture, 'a', 7n);
    await fixture.clock.advanceAndSettle(3 * HOUR_MS);
    assert.deepEqual(await committed(fixture), { a: 1n });
    await end(fixture, 'abort');
    await fixture.clock.advanceAndSettle(HOUR_MS);
    assert.deepEqual(await committed(fixture), {});
  });

  it('go with their group, and with their topic', async () => {
    const fixture = await createFixture();
    await commitInTransaction(fixture, 'a', 7n);
    await commitInTransaction(fixture, 'b', 7n);
    await fixture.coordinator.onTopicDeleted({ name: 'b', topicId: ZERO_UUID });
    await end(fixture, 'commit');
    assert.deepEqual(await committed(fixture), { a: 7n });

    await commitInTransaction(fixture, 'c', 7n, { producerEpoch: 1 });
    const { results } = await fixture.coordinator.deleteGroups(context(2), { groupsNames: [GROUP] });
    assert.equal(results[0]?.errorCode, 0);
    await end(fixture, 'commit', { producerEpoch: 2 });
    await fixture.restart();
    assert.deepEqual(await committed(fixture), {});
  });
});
