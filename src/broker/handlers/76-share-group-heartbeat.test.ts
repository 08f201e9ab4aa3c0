import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errorName, type RequestInput, shareGroupDescribe, shareGroupHeartbeat } from '../../protocol/index.ts';
import { findGroup } from '../testing/groups.ts';
import { SHARE_GROUP, startShareGroup } from '../testing/share-groups.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { createTopic } from '../testing/topics.ts';

/** Kafka's `group.share.heartbeat.interval.ms` and `group.share.session.timeout.ms`. */
const INTERVAL_MS = 5000;
const SESSION_MS = 45_000;

async function beat(client: TestClient, request: Partial<RequestInput<typeof shareGroupHeartbeat>>) {
  const input = { groupId: SHARE_GROUP, memberId: 'member', memberEpoch: 0, ...request };
  const { errorCode, assignment, ...response } = await client.send(shareGroupHeartbeat, 1, input);
  const partitions = assignment?.topicPartitions.flatMap((topic) => topic.partitions).sort();
  return { ...response, error: errorName(errorCode), partitions };
}

async function join(client: TestClient, memberId: string, topic = 'orders') {
  return beat(client, { memberId, subscribedTopicNames: [topic] });
}

describe('ShareGroupHeartbeat', () => {
  it('makes the group with its first member, who gets the partitions when their state has been begun', async () => {
    await using broker = await TestBroker.start();
    const client = await broker.connect();
    await createTopic(client, 'orders', { partitions: 2 });
    await findGroup(client, SHARE_GROUP);
    const joined = await join(client, 'member');
    assert.equal(joined.error, 'NONE');
    assert.deepEqual(joined.partitions, []);
    assert.equal(joined.heartbeatIntervalMs, INTERVAL_MS);
    await broker.clock.advanceAndSettle(INTERVAL_MS);
    const { memberEpoch, partitions } = await beat(client, { memberEpoch: joined.memberEpoch });
    assert.deepEqual(partitions, [0, 1]);
    assert.equal(memberEpoch, joined.memberEpoch + 1);
  });

  it('shares partitions among more members than there are partitions', async () => {
    const { broker, client } = await startShareGroup({ partitions: 2 });
    await using _ = broker;
    const shares: (readonly number[] | undefined)[] = [];
    for (const memberId of ['two', 'three', 'four']) {
      await broker.clock.advanceAndSettle(INTERVAL_MS);
      shares.push((await join(client, memberId)).partitions);
    }
    assert.equal(shares.at(-1)?.length, 1);
    const { groups } = await client.send(shareGroupDescribe, 1, {
      groupIds: [SHARE_GROUP],
      includeAuthorizedOperations: false,
    });
    const owned = groups[0]?.members.map(({ memberId, memberEpoch }) => ({ memberId, memberEpoch })) ?? [];
    await broker.clock.advanceAndSettle(INTERVAL_MS);
    const all: number[] = [];
    for (const { memberId, memberEpoch } of owned) {
      await beat(client, { memberId, memberEpoch });
      const again = await beat(client, { memberId, memberEpoch, subscribedTopicNames: ['orders'] });
      all.push(...(again.partitions ?? []));
    }
    assert.deepEqual(all.sort(), [0, 0, 1, 1]);
  });

  it('lets a member go, and forgets one that is not heard of', async () => {
    const { broker, client } = await startShareGroup();
    await using _ = broker;
    await broker.clock.advanceAndSettle(INTERVAL_MS);
    const { memberEpoch } = await join(client, 'other');
    assert.equal((await beat(client, { memberId: 'other', memberEpoch: -1 })).memberEpoch, -1);
    assert.equal((await beat(client, { memberId: 'other', memberEpoch })).error, 'UNKNOWN_MEMBER_ID');
    await broker.clock.advanceAndSettle(SESSION_MS);
    assert.equal((await beat(client, { memberEpoch: 2 })).error, 'UNKNOWN_MEMBER_ID');
  });

  it('fences a member by its epoch', async () => {
    const { broker, client } = await startShareGroup();
    await using _ = broker;
    const { error, errorMessage } = await beat(client, { memberEpoch: 70 });
    assert.equal(error, 'FENCED_MEMBER_EPOCH');
    assert.match(errorMessage ?? '', /greater member epoch \(70\)/);
  });

  it('gives a new topic to members who wait for it', async () => {
    const { broker, client } = await startShareGroup();
    await using _ = broker;
    await broker.clock.advanceAndSettle(INTERVAL_MS);
    let told = await join(client, 'patient', 'later');
    assert.deepEqual(told.partitions, []);
    await createTopic(client, 'later');
    for (let tries = 0; tries < 3 && told.partitions?.length !== 1; tries++) {
      await broker.clock.advanceAndSettle(INTERVAL_MS);
      told = await beat(client, { memberId: 'patient', memberEpoch: told.memberEpoch });
    }
    assert.deepEqual(told.partitions, [0]);
  });

  it('refuses what makes no sense, what is full and what is no share group', async () => {
    const { broker, client } = await startShareGroup({ settings: { 'group.share.max.size': '1' } });
    await using _ = broker;
    assert.equal((await join(client, '')).error, 'INVALID_REQUEST');
    assert.equal((await beat(client, { memberId: 'new' })).error, 'INVALID_REQUEST', 'it names no topics');
    assert.equal((await beat(client, { memberEpoch: -2 })).error, 'INVALID_REQUEST');
    assert.equal((await beat(client, { memberEpoch: 1, rackId: ' ' })).error, 'INVALID_REQUEST');
    assert.equal((await join(client, 'new')).error, 'GROUP_MAX_SIZE_REACHED');
    assert.equal((await beat(client, { groupId: 'none', memberEpoch: 1 })).error, 'GROUP_ID_NOT_FOUND');
  });

  it('knows the members after a restart of the broker', async () => {
    const { broker } = await startShareGroup({ partitions: 3 });
    await broker[Symbol.asyncDispose]();
    await using again = await TestBroker.start({ disk: broker.disk, clock: broker.clock });
    const { memberEpoch, partitions } = await join(await again.connect(), 'member');
    assert.deepEqual(partitions, [0, 1, 2]);
    assert.ok(memberEpoch > 1);
  });
});
