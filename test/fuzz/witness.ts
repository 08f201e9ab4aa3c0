// A client that behaves well while others do not, and must not notice them.

import assert from 'node:assert/strict';
import { TestClient } from '../../src/broker/testing/test-client.ts';
import { batchOf, createTopic, fetchFrom, produceTo, valuesOf } from '../../src/broker/testing/topics.ts';
import { nodeNetwork } from '../../src/platform/index.ts';

/** How long one round may take on a busy machine. */
const PATIENCE_MS = 30_000;
/** Well-formed requests may delete or reconfigure what others have: a topic that somebody got hold of is given up for a new one, this often in one round. */
const MOST_TOPICS = 5;

export class Witness {
  readonly #port: number;
  #rounds = 0;
  #topics = 0;
  #slowestMs = 0;

  constructor(port: number) {
    this.#port = port;
  }

  get rounds(): number {
    return this.#rounds;
  }

  get slowestMs(): number {
    return this.#slowestMs;
  }

  /** Connects, writes a record and reads it again. Rejects when that fails, or takes too long. */
  async check(): Promise<void> {
    const startMs = performance.now();
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const client = new TestClient(await nodeNetwork.connect({ host: '127.0.0.1', port: this.#port }, signal));
    const giveUp = () => client.close();
    signal.addEventListener('abort', giveUp);
    try {
      this.#rounds++;
      await this.#writeAndRead(client);
    } finally {
      signal.removeEventListener('abort', giveUp);
      client.close();
    }
    this.#slowestMs = Math.max(this.#slowestMs, performance.now() - startMs);
  }

  async #writeAndRead(client: TestClient): Promise<void> {
    for (let left = MOST_TOPICS - 1; ; left--) {
      const topic = `witness-${this.#topics}`;
      try {
        await createTopic(client, topic).catch((error: unknown) => assert.match(String(error), /already exists/));
        const value = `round ${this.#rounds}`;
        const { errorCode, baseOffset } = await produceTo(client, { topic }, batchOf([value]));
        assert.equal(errorCode, 0);
        assert.deepEqual(valuesOf(await fetchFrom(client, { topic, offset: baseOffset })), [value]);
        return;
      } catch (error) {
        if (left === 0 || client.isClosed) throw error;
        this.#topics++;
      }
    }
  }
}
