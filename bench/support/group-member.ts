// A member of a group that polls and has nothing to read, and how many partitions it has.

import { Consumer, type ConsumerOptions } from '../../src/client/index.ts';

export class GroupMember {
  readonly #consumer: Consumer;
  readonly #leaving = new AbortController();
  readonly #polling: Promise<void>;

  constructor(bootstrapServers: string, options: Omit<ConsumerOptions, 'bootstrapServers'>) {
    this.#consumer = new Consumer({ bootstrapServers, ...options, autoCommit: false, retryBackoffMs: 20 });
    this.#consumer.subscribe(['bench']);
    this.#polling = this.#poll();
  }

  get partitions(): number {
    return this.#consumer.assignment.length;
  }

  async leave(): Promise<void> {
    this.#leaving.abort();
    await this.#polling;
    await this.#consumer.close();
  }

  async #poll(): Promise<void> {
    for await (const { topic } of this.#consumer.batches(this.#leaving.signal))
      throw new Error(`${topic} should be empty`);
  }
}
