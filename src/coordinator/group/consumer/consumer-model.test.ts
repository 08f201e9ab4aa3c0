// Random members that join, beat, leave and vanish while topics grow and the coordinator is restarted. No partition ever has two owners, as the
// members themselves see it; when it is quiet, every partition has one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../../../platform/index.ts';
import {
  beat,
  type ConsumerFixture,
  createConsumerFixture,
  describeConsumers,
  joinConsumer,
  owning,
} from './consumer-fixture.ts';

const SEEDS = 20;
const STEPS = 120;
const MEMBERS = ['a', 'b', 'c', 'd', 'e'];

interface Client {
  epoch: number;
  owned: readonly string[];
}

test(`a partition has one owner at most, and one in the end, whatever happens on the way (${SEEDS} seeds)`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    try {
      await run(seed);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
});

async function run(seed: number): Promise<void> {
  const random = new SeededRandom(seed);
  const pick = (below: number) => random.bytes(4).readUInt32LE(0) % below;
  const assignor = seed % 2 === 0 ? 'range' : 'uniform';
  const fixture = await createConsumerFixture({ 'group.consumer.assignors': assignor }, 3 + pick(6));
  const clients = new Map<string, Client>();
  let partitionCount = 10;
  for (let step = 0; step < STEPS; step++) {
    const memberId = MEMBERS[pick(MEMBERS.length)] ?? 'a';
    const client = clients.get(memberId);
    const action = pick(20);
    if (action === 0) {
      await sameAfterRestart(fixture);
    } else if (action === 1) {
      fixture.setTopic('events', partitionCount++);
    } else if (action === 2 && client !== undefined) {
      clients.delete(memberId);
      await beat(fixture, memberId, { memberEpoch: -1 });
    } else if (client === undefined) {
      const view = await joinConsumer(fixture, memberId);
      clients.set(memberId, { epoch: view.memberEpoch, owned: view.partitions ?? [] });
    } else {
      await follow(fixture, memberId, client);
    }
    requireOneOwner(clients);
  }
  for (let round = 0; round < 6; round++)
    for (const [memberId, client] of clients) await follow(fixture, memberId, client);
  requireOneOwner(clients);
  const group = await describeConsumers(fixture);
  if (clients.size === 0) return;
  assert.equal(group.groupState, 'Stable');
  const owned = [...clients.values()].flatMap((client) => client.owned);
  const targets = group.members.flatMap(({ targetAssignment }) => targetAssignment.topicPartitions);
  assert.equal(owned.length, targets.flatMap(({ partitions }) => partitions).length);
}

/** A heartbeat that tells what the client owns; what is taken away is given up before the next one. */
async function follow(fixture: ConsumerFixture, memberId: string, client: Client): Promise<void> {
  const view = await beat(fixture, memberId, { memberEpoch: client.epoch, topicPartitions: owning(client.owned) });
  assert.equal(view.error, 'NONE');
  client.epoch = view.memberEpoch;
  client.owned = view.partitions ?? client.owned;
}

function requireOneOwner(clients: ReadonlyMap<string, Client>): void {
  const owned = [...clients.values()].flatMap((client) => client.owned);
  assert.equal(new Set(owned).size, owned.length, `two owners: ${owned.sort().join(' ')}`);
}

async function sameAfterRestart(fixture: ConsumerFixture): Promise<void> {
  const before = await describeConsumers(fixture);
  await fixture.restart();
  assert.deepEqual(await describeConsumers(fixture), before);
}
