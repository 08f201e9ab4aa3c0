// Members of a group do random things while the log is slow, loses batches and the coordinator crashes. A small model says what
// must hold whatever happens.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SeededRandom } from '../../platform/index.ts';
import type { JoinResponse } from './classic/messages.ts';
import {
  commit,
  committed,
  context,
  createFixture,
  describe as describeGroup,
  type Fixture,
  GROUP,
  heartbeat,
  join,
  nameOf,
  subscription,
  sync,
} from './group-fixture.ts';

const CLIENTS = 5;
const STEPS = 250;
const SEEDS = 25;

/** A client as simple as one can be: it does one thing at a time, and starts over when it is told that it is unknown. */
interface Client {
  readonly groupInstanceId: string | null;
  memberId: string;
  joined: JoinResponse | undefined;
  assignment: string | undefined;
  isBusy: boolean;
}

class Model {
  readonly fixture: Fixture;
  readonly random: SeededRandom;
  readonly clients: Client[];
  /** What a topic's offset may be: the last that was acknowledged, and those of which nobody knows. */
  readonly offsets = new Map<string, Set<bigint>>();
  /** What was assigned in a generation since the last crash; generations that nobody logged are used again after one. */
  readonly assigned = new Map<number, Set<string>>();
  nextOffset = 0n;
  nextAttempt = 0;
  failure: unknown;
  isCalm = false;

  constructor(fixture: Fixture, random: SeededRandom) {
    this.fixture = fixture;
    this.random = random;
    this.clients = Array.from({ length: CLIENTS }, (_, index) => ({
      groupInstanceId: index < 2 ? `static-${index}` : null,
      memberId: '',
      joined: undefined,
      assignment: undefined,
      isBusy: false,
    }));
  }

  async step(): Promise<void> {
    const { fixture, random } = this;
    const dice = random.integer(100);
    if (dice < 70) this.act(this.clients[random.integer(CLIENTS)]);
    else if (dice < 85) fixture.clock.advance(random.integer(4000));
    else if (dice < 90) fixture.log.isHolding = true;
    else if (dice < 96) this.letGo();
    else if (dice < 98) this.lose();
    else await this.crash();
    await new Promise((resolve) => setImmediate(resolve));
    if (this.failure !== undefined) throw this.failure;
  }

  act(client: Client | undefined): void {
    if (client === undefined || client.isBusy) return;
    client.isBusy = true;
    this.actOnce(client).then(
      () => {
        client.isBusy = false;
      },
      (error) => {
        this.failure ??= error;
      },
    );
  }

  async actOnce(client: Client): Promise<void> {
    if (client.joined === undefined) return this.join(client);
    if (client.assignment === undefined) return this.sync(client, client.joined);
    const dice = this.random.integer(10);
    if (dice < 5) this.obey(client, await heartbeat(this.fixture, client.joined, client.groupInstanceId));
    else if (dice < 9 || this.isCalm) await this.commit(client, client.joined);
    else await this.leave(client);
  }

  async join(client: Client): Promise<void> {
    const { memberId, groupInstanceId } = client;
    const protocols = [{ name: 'range', metadata: subscription('events') }];
    const response = await join(this.fixture, { memberId, groupInstanceId, protocols, rebalanceTimeoutMs: 10_000 });
    if (nameOf(response) === 'MEMBER_ID_REQUIRED') client.memberId = response.memberId;
    else if (nameOf(response) !== 'NONE') return this.obey(client, nameOf(response));
    else {
      client.memberId = response.memberId;
      client.joined = response;
      assert.equal(
        response.members.length > 0,
        response.leader === response.memberId,
        'only the leader hears of members',
      );
    }
  }

  async sync(client: Client, joined: JoinResponse): Promise<void> {
    const { generationId = -1 } = joined;
    const isLeader = joined.leader === joined.memberId && joined.skipAssignment !== true;
    const attempt = `${generationId}.${this.nextAttempt++}`;
    const assignments = isLeader ? joined.members.map(({ memberId }) => [memberId, attempt]) : [];
    const response = await sync(this.fixture, joined, Object.fromEntries(assignments));
    if (nameOf(response) !== 'NONE') return this.obey(client, nameOf(response));
    client.assignment = response.assignment.toString();
    const seen = this.assigned.get(generationId) ?? new Set();
    this.assigned.set(generationId, seen.add(client.assignment));
    assert.equal(seen.size, 1, `one assignment in generation ${generationId}`);
    assert.ok(client.assignment.startsWith(`${generationId}.`), 'the assignment is of this generation');
  }

  async commit(client: Client, { memberId, generationId = -1 }: JoinResponse): Promise<void> {
    const topic = `topic-${this.random.integer(3)}`;
    const offset = this.nextOffset++;
    const possible = this.offsets.get(topic) ?? new Set([-1n]);
    this.offsets.set(topic, possible.add(offset));
    const { groupInstanceId } = client;
    const fields = { memberId, groupInstanceId, generationIdOrMemberEpoch: generationId };
    const { topics } = await commit(this.fixture, { [topic]: offset }, fields);
    const error = nameOf(topics[0]?.partitions[0] ?? {});
    if (error === 'NONE') {
      // Later ones may have come meanwhile; earlier ones are over.
      for (const other of possible) if (other < offset) possible.delete(other);
    } else {
      if (!isAmbiguous(error)) possible.delete(offset);
      this.obey(client, error);
    }
  }

  async leave(client: Client): Promise<void> {
    const { memberId, groupInstanceId } = client;
    const members = [{ memberId, groupInstanceId, reason: null }];
    await this.fixture.coordinator.leaveGroup(context(5), { groupId: GROUP, memberId: '', members });
    this.obey(client, 'UNKNOWN_MEMBER_ID');
  }

  obey(client: Client, error: string | undefined): void {
    if (error === 'NONE') return;
    client.joined = undefined;
    client.assignment = undefined;
    if (error === 'UNKNOWN_MEMBER_ID' || error === 'FENCED_INSTANCE_ID') client.memberId = '';
  }

  letGo(): void {
    this.fixture.log.isHolding = false;
    this.fixture.log.commit();
  }

  /** The append under way fails, and may be in the log or not. */
  lose(): void {
    const { log } = this.fixture;
    if (log.held === 0) return;
    this.assigned.clear();
    log.fail(new Error('lost'), this.random.integer(2) === 0);
  }

  async crash(): Promise<void> {
    this.lose();
    this.letGo();
    this.assigned.clear();
    await this.fixture.restart();
    await this.checkOffsets();
  }

  async checkOffsets(): Promise<void> {
    const actual = await committed(this.fixture);
    for (const [topic, possible] of this.offsets) {
      const offset = actual[topic] ?? -1n;
      assert.ok(possible.has(offset), `${topic} is at ${offset}, not at one of ${[...possible]}`);
    }
  }

  /** Left alone, everyone who is still there ends up in one stable generation. */
  async settleDown(): Promise<void> {
    this.isCalm = true;
    this.letGo();
    for (let round = 0; round < 60; round++) {
      for (const client of this.clients) if (!client.isBusy) this.act(client);
      await this.fixture.clock.advanceAndSettle(1000);
      if (this.failure !== undefined) throw this.failure;
    }
  }
}

/** Nobody knows whether it was logged. */
function isAmbiguous(error: string | undefined): boolean {
  return error === 'COORDINATOR_NOT_AVAILABLE' || error === 'NOT_COORDINATOR';
}

it('a group keeps its promises whatever its members, the log and crashes do', async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const model = new Model(await createFixture(), new SeededRandom(seed));
    try {
      for (let step = 0; step < STEPS; step++) await model.step();
      await model.settleDown();
      await model.checkOffsets();
      const { fixture } = model;
      const before = await describeGroup(fixture);
      assert.equal(before.groupState, 'Stable');
      assert.equal(before.members.length, CLIENTS);
      await fixture.restart();
      assert.deepEqual(await describeGroup(fixture), before, 'a restart changes nothing');
      await fixture.coordinator.stop();
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
});
