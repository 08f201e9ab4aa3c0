// A client that behaves well while others do not, and must not notice them.

import assert from 'node:assert/strict';
import { TestClient } from '../../src/broker/testing/test-client.ts';
import { batchOf, createTopic, fetchFrom, produceTo, valuesOf } from '../../src/broker/testing/topics.ts';
import { nodeNetwork } from '../../src/platform/index.ts';

const TOPIC = 'witness';
/** How long one round may take on a busy machine. */
const PATIENCE_MS = 30_000;

export class Witness {
  readonly #port: number;
  #rounds = 0;
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
      // Whoever sends all kinds of requests may have deleted it.
      await createTopic(client, TOPIC).catch((error: unknown) => assert.match(String(error), /already exists/));
      const value = `round ${++this.#rounds}`;
      const { errorCode, baseOffset } = await produceTo(client, { topic: TOPIC }, batchOf([value]));
      assert.equal(errorCode, 0);
      assert.deepEqual(valuesOf(await fetchFrom(client, { topic: TOPIC, offset: baseOffset })), [value]);
    } finally {
      signal.removeEventListener('abort', giveUp);
      client.close();
    }
    this.#slowestMs = Math.max(this.#slowestMs, performance.now() - startMs);
  }
}
