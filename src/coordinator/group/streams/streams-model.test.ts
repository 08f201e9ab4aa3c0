// Random members of an application that join, beat, leave and vanish while the coordinator is restarted and standbys are asked for or not. No
// task is ever active in two places, as the members themselves see it; when it is quiet, every task is active in one, and no process has two copies.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../../../platform/index.ts';
import type { ConsumerFixture } from '../consumer/consumer-fixture.ts';
import {
  beatStreams,
  CHANGELOG,
  createStreamsFixture,
  describeStreams,
  having,
  joinStreams,
  REPARTITION,
  type StreamsView,
  WORD_COUNT,
} from './streams-fixture.ts';

const SEEDS = 10;
const STEPS = 120;
const MEMBERS = ['a', 'b', 'c', 'd', 'e'];
const SESSION_TIMEOUT_MS = 45_000;

interface Client {
  epoch: number;
  active: readonly string[];
  standby: readonly string[];
}

test(`a task is active in one place at most, and in one in the end, whatever happens on the way (${SEEDS} seeds)`, async () => {
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
  const partitions = 2 + random.integer(4);
  const replicas = seed % 2;
  const fixture = await createStreamsFixture({ 'group.streams.num.standby.replicas': String(replicas) }, partitions);
  fixture.setTopic(REPARTITION, partitions);
  fixture.setTopic(CHANGELOG, partitions);
  const clients = new Map<string, Client>();
  for (let step = 0; step < STEPS; step++) {
    const memberId = MEMBERS[random.integer(MEMBERS.length)] ?? 'a';
    const client = clients.get(memberId);
    const action = random.integer(20);
    if (action === 0) await sameAfterRestart(fixture);
    else if (action === 1 && client !== undefined) {
      clients.delete(memberId);
      await beatStreams(fixture, memberId, { memberEpoch: -1 });
    } else if (action === 2 && client !== undefined) {
      clients.delete(memberId);
      await outlive(fixture, clients);
    } else if (client === undefined) {
      const joined = { epoch: 0, active: [], standby: [] };
      told(joined, await joinStreams(fixture, memberId, { topology: WORD_COUNT, processId: processOf(memberId) }));
      clients.set(memberId, joined);
    } else await follow(fixture, memberId, client);
    requireActiveOnce(clients);
  }
  for (let round = 0; round < 8; round++)
    for (const [memberId, client] of clients) await follow(fixture, memberId, client);
  requireActiveOnce(clients);
  if (clients.size === 0) return;
  assert.equal((await describeStreams(fixture)).groupState, 'Stable');
  const all = [...clients.values()];
  assert.equal(all.flatMap(({ active }) => active).length, 2 * partitions);
  const processes = Map.groupBy(clients, ([memberId]) => processOf(memberId));
  for (const [processId, members] of processes) {
    const tasks = members.flatMap(([, { active, standby }]) => [...active, ...standby]);
    assert.equal(new Set(tasks).size, tasks.length, `${processId} has two copies: ${tasks.sort().join(' ')}`);
  }
  // Only the counting subtopology has state to stand by for.
  const standbys = processes.size > 1 ? replicas * partitions : 0;
  assert.equal(all.flatMap(({ standby }) => standby).length, standbys);
}

/** Two threads of one process, and others of their own. */
function processOf(memberId: string): string {
  return memberId === 'b' ? 'process-a' : `process-${memberId}`;
}

/** A heartbeat that tells what the client has; what is taken away is given up before the next one. */
async function follow(fixture: ConsumerFixture, memberId: string, client: Client): Promise<void> {
  const view = await beatStreams(fixture, memberId, {
    memberEpoch: client.epoch,
    ...having(client.active, client.standby),
  });
  assert.equal(view.error, 'NONE');
  told(client, view);
}

function told(client: Client, { memberEpoch, active, standby }: StreamsView): void {
  client.epoch = memberEpoch;
  client.active = active ?? client.active;
  client.standby = standby ?? client.standby;
}

/** Whoever vanished is out when its session is over; the others stay by their heartbeats. */
async function outlive(fixture: ConsumerFixture, clients: ReadonlyMap<string, Client>): Promise<void> {
  for (let waitedMs = 0; waitedMs <= SESSION_TIMEOUT_MS; waitedMs += SESSION_TIMEOUT_MS / 3) {
    for (const [memberId, client] of clients) await follow(fixture, memberId, client);
    await fixture.clock.advanceAndSettle(SESSION_TIMEOUT_MS / 3);
  }
  for (const [memberId, client] of clients) await follow(fixture, memberId, client);
}

function requireActiveOnce(clients: ReadonlyMap<string, Client>): void {
  const active = [...clients.values()].flatMap((client) => client.active);
  assert.equal(new Set(active).size, active.length, `active twice: ${[...active].sort().join(' ')}`);
}

/** But for the numbers of partitions, which are worked out with the next heartbeat. */
async function sameAfterRestart(fixture: ConsumerFixture): Promise<void> {
  const describe = async () => ({ ...(await describeStreams(fixture)), topology: null });
  const before = await describe();
  await fixture.restart();
  assert.deepEqual(await describe(), before);
}
