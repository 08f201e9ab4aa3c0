// A producer that overwrites the values of some keys without pause, in a topic that is compacted meanwhile, and the check that of each key the newest
// value that was acknowledged, or a newer one that was sent, is the last that readers are given.

import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { type Admin, Producer } from '../../src/client/index.ts';
import { createNodePlatform, type SeededRandom } from '../../src/platform/index.ts';
import { readTopic } from '../support/read-topic.ts';

const TOPIC = 'keyed';
const PARTITIONS = 1;
const KEYS = 20;
/** So that segments are full soon. */
const LARGEST_VALUE_BYTES = 30_000;
const IN_FLIGHT = 20;
const PATIENCE_MS = 300_000;
const CONFIGS = { 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0.01' };

export class KeyedLoad implements AsyncDisposable {
  readonly #bootstrap: string;
  readonly #admin: Admin;
  readonly #producer: Producer;
  /** The number in the newest value of each key. */
  readonly #sent = new Map<string, number>();
  readonly #acknowledged = new Map<string, number>();
  readonly #run: Promise<void>;
  #isOver = false;

  private constructor(bootstrap: string, admin: Admin, random: SeededRandom) {
    this.#bootstrap = bootstrap;
    this.#admin = admin;
    const common = { bootstrapServers: bootstrap, platform: createNodePlatform() };
    this.#producer = new Producer({ ...common, lingerMs: 2, deliveryTimeoutMs: PATIENCE_MS, maxBlockMs: PATIENCE_MS });
    this.#run = this.#write(random);
  }

  static async start(bootstrap: string, admin: Admin, random: SeededRandom): Promise<KeyedLoad> {
    const [created] = await admin.createTopics([{ name: TOPIC, numPartitions: PARTITIONS, configs: CONFIGS }]);
    if (created?.error !== undefined) throw created.error;
    return new KeyedLoad(bootstrap, admin, random);
  }

  /** Resolves to how many records are left of how many that were acknowledged. */
  async verify(): Promise<{ readonly records: number; readonly acknowledged: number }> {
    const promised = new Map(this.#acknowledged);
    const last = new Map<string, number>();
    let records = 0;
    const target = { bootstrap: this.#bootstrap, admin: this.#admin, topic: TOPIC, partitions: PARTITIONS };
    await readTopic(target, (_partition, { offset, key, value }) => {
      const name = String(key);
      const number = Number(value?.toString('latin1'));
      const before = last.get(name) ?? -1;
      assert.ok(number > before, `offset ${offset} has ${number} for ${name}, before it was ${before}`);
      last.set(name, number);
      records++;
    });
    for (const [key, number] of promised) {
      const found = last.get(key) ?? -1;
      assert.ok(found >= number, `${key} has ${found}, acknowledged was ${number}`);
      assert.ok(found <= (this.#sent.get(key) ?? -1), `${key} has ${found}, which nobody sent`);
    }
    return { records, acknowledged: [...promised.values()].reduce((sum, number) => sum + number + 1, 0) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#producer.close(0);
    await this.#run.catch(() => {});
  }

  async #write(random: SeededRandom): Promise<void> {
    const waiting = new Set<Promise<void>>();
    while (!this.#isOver) {
      const key = `key ${random.integer(KEYS)}`;
      const number = (this.#sent.get(key) ?? -1) + 1;
      this.#sent.set(key, number);
      const value = `${number}`.padEnd(random.integer(LARGEST_VALUE_BYTES));
      const written = this.#producer.send({ topic: TOPIC, key, value }).then(
        () => void this.#acknowledged.set(key, Math.max(number, this.#acknowledged.get(key) ?? -1)),
        () => {},
      );
      waiting.add(written);
      void written.finally(() => waiting.delete(written));
      if (waiting.size >= IN_FLIGHT) await Promise.race(waiting);
      else await delay(1);
    }
  }
}
