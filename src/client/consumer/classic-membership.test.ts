import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '../../platform/index.ts';
import { encodeBatch, heartbeat, joinGroup, leaveGroup } from '../../protocol/index.ts';
import { MemoryGroup } from '../testing/memory-group.ts';
import { serveLogs } from '../testing/memory-log.ts';
import { settled } from '../testing/settled.ts';
import { type TestWorld, testWorld } from '../testing/test-client.ts';
import { partitionName, type TopicPartition } from '../topic-partition.ts';
import { Consumer } from './consumer.ts';
import type { ConsumerOptions } from './consumer-settings.ts';

async function grouped(partitionCount = 4) {
  const world = await testWorld();
  const logs = serveLogs(world.broker, 'orders', partitionCount);
  return { ...world, logs, group: new MemoryGroup(world.broker) };
}

interface Member {
  readonly consumer: Consumer;
  readonly events: string[];
}

function member(world: TestWorld, overrides: Partial<ConsumerOptions> = {}): Member {
  const events: string[] = [];
  const consumer = new Consumer({ ...world.options, groupId: 'g', autoOffsetReset: 'earliest', ...overrides });
  const names = (partitions: readonly TopicPartition[]) => partitions.map(partitionName).sort().join(' ');
  consumer.subscribe(['orders'], {
    onAssigned: (partitions) => void events.push(`+ ${names(partitions)}`.trim()),
    onRevoked: (partitions, isLost) => void events.push(`${isLost ? 'lost' : '-'} ${names(partitions)}`),
  });
  return { consumer, events };
}

function assigned({ consumer }: Member): string {
  return consumer.assignment.map(partitionName).sort().join(' ');
}

test('a member joins with its first poll and gets all partitions', async () => {
  const world = await grouped();
  const only = member(world);
  await settled(world.clock, only.consumer.poll(10));
  assert.equal(assigned(only), 'orders-0 orders-1 orders-2 orders-3');
  assert.equal(world.group.members.size, 1);
  await settled(world.clock, only.consumer.close());
  assert.equal(world.group.members.size, 0);
  assert.equal(world.clock.pendingTimers, 0);
});

test('a second member gets its share; the first gives up everything and gets the rest back', async () => {
  const world = await grouped();
  const first = member(world);
  await settled(world.clock, first.consumer.poll(10));
  const second = member(world);
  // The first hears of it by its heartbeat, and joins again with a poll.
  await settled(world.clock, Promise.all([first.consumer.poll(10_000), second.consumer.poll(10_000)]));
  assert.equal(assigned(first), 'orders-0 orders-1');
  assert.equal(assigned(second), 'orders-2 orders-3');
  assert.deepEqual(first.events, [
    '+ orders-0 orders-1 orders-2 orders-3',
    '- orders-0 orders-1 orders-2 orders-3',
    '+ orders-0 orders-1',
  ]);
});

test('cooperative members keep what stays with them', async () => {
  const world = await grouped();
  const first = member(world, { assignors: ['cooperative-sticky'] });
  await settled(world.clock, first.consumer.poll(10));
  const second = member(world, { assignors: ['cooperative-sticky'] });
  for (let round = 0; round < 4; round++) {
    await settled(world.clock, Promise.all([first.consumer.poll(5000), second.consumer.poll(5000)]));
  }
  assert.equal(first.consumer.assignment.length, 2);
  assert.equal(second.consumer.assignment.length, 2);
  assert.deepEqual(new Set([...first.consumer.assignment, ...second.consumer.assignment].map(partitionName)).size, 4);
  const [, revoked = ''] = first.events;
  assert.equal(revoked.split(' ').length, 3, `gave up two partitions only: ${revoked}`);
});

test('what a member consumed is committed before a rebalance takes the partition away', async () => {
  const world = await grouped(1);
  world.logs[0]?.append(encodeBatch({ records: [{ timestamp: 1n, key: null, value: Buffer.from('a') }] }));
  const first = member(world);
  assert.equal((await settled(world.clock, first.consumer.poll(1000)))?.records.length, 1);
  const second = member(world);
  await settled(world.clock, Promise.all([first.consumer.poll(10_000), second.consumer.poll(10_000)]));
  assert.equal(world.group.committed.get('orders-0'), 1n);
});

test('a member that was expelled loses its partitions and joins as a new one', async () => {
  const world = await grouped();
  const only = member(world);
  await settled(world.clock, only.consumer.poll(10));
  world.group.expel('member-1');
  await settled(world.clock, only.consumer.poll(10_000));
  assert.deepEqual([...world.group.members.keys()], ['member-2']);
  assert.deepEqual(
    only.events.map((event) => event.split(' ')[0]),
    ['+', 'lost', '+'],
  );
});

test('heartbeats go on while the application works on records', async () => {
  const world = await grouped();
  const only = member(world);
  await settled(world.clock, only.consumer.poll(10));
  const before = world.broker.count(heartbeat);
  await world.clock.advanceAndSettle(0);
  for (let second = 0; second < 30; second++) {
    world.clock.advance(1000);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(world.broker.count(heartbeat) - before >= 9);
});

test('a member that does not poll for too long leaves, and joins again when it polls', async () => {
  const world = await grouped();
  const only = member(world, { maxPollIntervalMs: 10_000 });
  await settled(world.clock, only.consumer.poll(10));
  for (let second = 0; second < 20; second++) {
    world.clock.advance(1000);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(world.broker.count(leaveGroup), 1);
  assert.equal(world.group.members.size, 0);
  await settled(world.clock, only.consumer.poll(10));
  assert.equal(world.group.members.size, 1);
  assert.deepEqual(
    only.events.map((event) => event.split(' ')[0]),
    ['+', 'lost', '+'],
  );
});

test('a fenced static member hears of it with its next poll', async () => {
  const world = await grouped();
  const only = member(world, { groupInstanceId: 'one' });
  await settled(world.clock, only.consumer.poll(10));
  world.group.heartbeatError = 82;
  await assert.rejects(settled(world.clock, only.consumer.poll(10_000)), /FENCED_INSTANCE_ID/);
});

test('a static member does not leave when it is closed', async () => {
  const world = await grouped();
  const only = member(world, { groupInstanceId: 'one' });
  await settled(world.clock, only.consumer.poll(10));
  await settled(world.clock, only.consumer.close());
  assert.equal(world.broker.count(leaveGroup), 0);
});

test('a coordinator that moves is found again', async () => {
  const world = await grouped();
  let refusals = 2;
  const group = world.group;
  const only = member(world);
  await settled(world.clock, only.consumer.poll(10));
  group.heartbeatError = 16;
  world.clock.schedule(5000, () => {
    group.heartbeatError = 0;
    refusals = 0;
  });
  await settled(world.clock, only.consumer.poll(12_000));
  assert.equal(refusals, 0);
  assert.equal(group.members.size, 1);
  assert.equal(world.broker.count(joinGroup), 2, 'the first join asks for an id');
});

for (const where of ['while it reads', 'while it joins'] as const) {
  test(`a member goes on within 3 s of its broker's return, which lost it ${where} and has forgotten it`, async () => {
    const world = await grouped(1);
    const only = member(world);
    const isJoining = where === 'while it joins';
    if (!isJoining) await settled(world.clock, only.consumer.poll(10));
    else world.broker.on(joinGroup, ({ memberId }) => (memberId === '' ? askForId() : new Promise(() => {})));
    const polled = only.consumer.poll(60_000);
    await settled(world.clock, sleep(world.clock, 100));
    await world.broker.stop();
    await settled(world.clock, sleep(world.clock, 20_000));
    new MemoryGroup(world.broker);
    await world.broker.startAgain(world.network);
    const backMs = world.clock.monotonic();
    world.logs[0]?.append(encodeBatch({ records: [{ timestamp: 1n, key: null, value: Buffer.from('a') }] }));
    assert.equal((await settled(world.clock, polled))?.records.length, 1);
    const tookMs = world.clock.monotonic() - backMs;
    assert.ok(tookMs < 3000, `it took ${tookMs} ms`);
    await settled(world.clock, only.consumer.close());
  });
}

function askForId() {
  return { errorCode: 79, protocolName: null, leader: '', memberId: 'one', members: [] };
}
