// Members of a share group do random things with records, lose connections and locks, and the broker is started again. A model that knows
// every record by itself says what may be given to whom, and how often it has been.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SeededRandom } from '../../platform/index.ts';
import { ShareConsumer, startShareGroup } from '../testing/share-groups.ts';
import { TestBroker } from '../testing/test-broker.ts';
import type { TestClient } from '../testing/test-client.ts';
import { batchOf, produceTo } from '../testing/topics.ts';
import { ACKNOWLEDGE_TYPE } from './acknowledge-records.ts';

const { accept, gap, reject, release, renew } = ACKNOWLEDGE_TYPE;
const MEMBERS = 3;
const STEPS = 120;
const SEEDS = 8;
const DELIVERY_LIMIT = 4;
const RECORD_LOCKS = 100;
const LOCK_MS = 15_000;

interface ModelRecord {
  readonly value: string;
  isDone: boolean;
  deliveries: number;
  /** The session that has it. */
  owner: ShareConsumer | undefined;
  lockedUntilMs: number;
}

class Model {
  readonly random: SeededRandom;
  readonly topicId: string;
  readonly records: ModelRecord[] = [];
  readonly consumers: ShareConsumer[] = [];
  broker: TestBroker;
  client: TestClient;
  #sessions = 0;

  constructor(random: SeededRandom, started: Awaited<ReturnType<typeof startShareGroup>>) {
    this.random = random;
    this.topicId = started.topicId;
    this.broker = started.broker;
    this.client = started.client;
  }

  async step(): Promise<void> {
    while (this.consumers.length < MEMBERS) await this.connect();
    const dice = this.random.integer(100);
    const consumer = this.consumers[this.random.integer(this.consumers.length)];
    assert.ok(consumer !== undefined);
    if (dice < 15) await this.produce();
    else if (dice < 50) await this.fetch(consumer);
    else if (dice < 85) await this.acknowledge(consumer);
    else if (dice < 92) await this.letTimePass(this.random.integer(LOCK_MS));
    else if (dice < 97) await this.disconnect(consumer);
    else await this.restart();
  }

  /** All that is not done with is given out at last, and then nothing is. */
  async drain(): Promise<void> {
    for (const consumer of [...this.consumers]) await this.disconnect(consumer);
    await this.connect();
    const [consumer] = this.consumers;
    assert.ok(consumer !== undefined);
    for (let tries = 0; this.records.some(({ isDone }) => !isDone); tries++) {
      assert.ok(tries < 1000, `not all records are given out: ${this.#openOffsets()}`);
      await this.fetch(consumer);
      const owned = this.#ownedBy(consumer);
      await consumer.acknowledge(
        this.topicId,
        owned.map((offset) => [offset, offset, accept]),
      );
      for (const offset of owned) this.#settle(offset, accept);
    }
    assert.deepEqual((await consumer.fetch(this.topicId)).acquired, []);
  }

  async connect(): Promise<void> {
    const consumer = new ShareConsumer(await this.broker.connect(), `member-${this.#sessions++}`);
    this.consumers.push(consumer);
    await this.fetch(consumer);
  }

  async produce(): Promise<void> {
    const values = Array.from({ length: 1 + this.random.integer(20) }, () => `value ${this.random.integer(1000)}`);
    const { errorCode } = await produceTo(this.client, { topic: 'orders' }, batchOf(values));
    assert.equal(errorCode, 0);
    for (const value of values)
      this.records.push({ value, isDone: false, deliveries: 0, owner: undefined, lockedUntilMs: 0 });
  }

  async fetch(consumer: ShareConsumer): Promise<void> {
    const { random, records } = this;
    const maxRecords = 1 + random.integer(30);
    const shareAcquireMode = random.integer(2);
    const options = {
      maxRecords,
      shareAcquireMode,
      batchSize: 1 + random.integer(30),
      maxBytes: 200 << random.integer(6),
    };
    const { error, acquired } = await this.broker.settle(consumer.fetch(this.topicId, options));
    assert.equal(error, 'NONE');
    const lockedUntilMs = this.broker.clock.monotonic() + LOCK_MS;
    let count = 0;
    for (const { first, last, deliveryCount } of acquired.map(parse)) {
      for (let offset = first; offset <= last; offset++, count++) {
        const record = records[offset];
        assert.ok(record !== undefined && !record.isDone, `record ${offset} is given out after its end`);
        assert.equal(record.owner, undefined, `record ${offset} is given to two members`);
        assert.equal(deliveryCount, record.deliveries + 1, `delivery count of record ${offset}`);
        Object.assign(record, { owner: consumer, deliveries: deliveryCount, lockedUntilMs });
      }
    }
    if (shareAcquireMode === 1) assert.ok(count <= maxRecords, `${count} records instead of ${maxRecords}`);
  }

  async acknowledge(consumer: ShareConsumer): Promise<void> {
    const { random } = this;
    const owned = this.#ownedBy(consumer);
    if (owned.length === 0) return;
    const from = random.integer(owned.length);
    const chosen = owned.slice(from, from + 1 + random.integer(owned.length - from));
    const isRenewAck = random.integer(6) === 0;
    const types = isRenewAck ? [accept, renew] : [accept, accept, release, reject, gap];
    const batches = runsOf(chosen).map(([first, last]) => {
      const length = random.integer(2) === 0 ? 1 : last - first + 1;
      return [first, last, ...Array.from({ length }, () => types[random.integer(types.length)] ?? accept)] as const;
    });
    // Now and then with something that is not the member's: then nothing holds.
    const foreign = random.integer(5) === 0 ? this.#notOwnedBehind(consumer, chosen.at(-1) ?? 0) : undefined;
    const said = await this.broker.settle(
      consumer.acknowledge(this.topicId, foreign === undefined ? batches : [...batches, [foreign, foreign, accept]], {
        isRenewAck,
      }),
    );
    assert.equal(said, foreign === undefined ? 'NONE' : 'INVALID_RECORD_STATE');
    if (foreign !== undefined) return;
    for (const [first, last, ...given] of batches)
      for (let offset = first; offset <= last; offset++) this.#settle(offset, given[offset - first] ?? given[0]);
  }

  async letTimePass(durationMs: number): Promise<void> {
    await this.broker.clock.advanceAndSettle(durationMs);
    const nowMs = this.broker.clock.monotonic();
    for (const [offset, { owner, lockedUntilMs }] of this.records.entries())
      if (owner !== undefined && lockedUntilMs <= nowMs) this.#settle(offset, release);
  }

  async disconnect(consumer: ShareConsumer): Promise<void> {
    consumer.client.close();
    await this.broker.clock.advanceAndSettle(0);
    this.consumers.splice(this.consumers.indexOf(consumer), 1);
    for (const offset of this.#ownedBy(consumer)) this.#settle(offset, release);
  }

  /** A stop ends all sessions, as a lost connection does. */
  async restart(): Promise<void> {
    for (const consumer of [...this.consumers]) await this.disconnect(consumer);
    const { disk, clock } = this.broker;
    await this.broker[Symbol.asyncDispose]();
    this.broker = await TestBroker.start({ disk, clock });
    this.client = await this.broker.connect();
  }

  #settle(offset: number, type: number | undefined): void {
    const record = this.records[offset];
    assert.ok(record?.owner !== undefined);
    if (type === renew) {
      record.lockedUntilMs = this.broker.clock.monotonic() + LOCK_MS;
      return;
    }
    record.owner = undefined;
    record.isDone = type !== release || record.deliveries >= DELIVERY_LIMIT;
  }

  #ownedBy(consumer: ShareConsumer): number[] {
    return [...this.records.keys()].filter((offset) => this.records[offset]?.owner === consumer);
  }

  /** A record behind `offset` that was given out, and not to this consumer, while all before it are not done with. */
  #notOwnedBehind(consumer: ShareConsumer, offset: number): number | undefined {
    const found = this.records.findIndex(
      ({ owner, deliveries }, index) => index > offset && deliveries > 0 && owner !== consumer,
    );
    return found === -1 ? undefined : found;
  }

  #openOffsets(): string {
    return [...this.records.keys()].filter((offset) => this.records[offset]?.isDone === false).join();
  }
}

/** `first-last*count` */
function parse(text: string) {
  const [first = 0, last = 0, deliveryCount = 0] = text.split(/[-*]/).map(Number);
  return { first, last, deliveryCount };
}

function runsOf(offsets: readonly number[]): [first: number, last: number][] {
  const runs: [number, number][] = [];
  for (const offset of offsets) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] + 1 === offset) run[1] = offset;
    else runs.push([offset, offset]);
  }
  return runs;
}

it('every record is given to one member at a time until the group is done with it, whatever happens', async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const started = await startShareGroup({
      groupConfigs: {
        'share.delivery.count.limit': String(DELIVERY_LIMIT),
        'share.partition.max.record.locks': String(RECORD_LOCKS),
        'share.record.lock.duration.ms': String(LOCK_MS),
      },
    });
    const model = new Model(new SeededRandom(seed), started);
    try {
      for (let step = 0; step < STEPS; step++) await model.step();
      await model.drain();
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    } finally {
      await model.broker[Symbol.asyncDispose]();
    }
  }
});
