// What the tests ask a broker beside what the clients under test do: through the admin client of kafkajs.

import { EventEmitter } from 'node:events';
import kafkajs from 'kafkajs';

// kafkajs hangs a listener for each waiting request on its socket, and Node takes more than ten for a leak.
EventEmitter.defaultMaxListeners = 100;

export class ClusterView implements AsyncDisposable {
  readonly #admin: kafkajs.Admin;

  constructor(bootstrap: string) {
    const kafka = new kafkajs.Kafka({
      brokers: [bootstrap],
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { initialRetryTime: 50, maxRetryTime: 1000, retries: 60 },
    });
    this.#admin = kafka.admin();
  }

  async connect(): Promise<void> {
    await this.#admin.connect();
  }

  async createTopic(topic: string, numPartitions: number): Promise<void> {
    await this.#admin.createTopics({ topics: [{ topic, numPartitions, replicationFactor: 1 }], waitForLeaders: true });
  }

  /** How many records the log of a topic has, by its offsets; exact for a topic without transactions and compaction. */
  async countRecords(topic: string): Promise<number> {
    const partitions = await this.#admin.fetchTopicOffsets(topic);
    return partitions.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  }

  /** How many records a group has left behind it, by what it committed. */
  async countCommitted(groupId: string, topic: string): Promise<number> {
    const [committed] = await this.#admin.fetchOffsets({ groupId, topics: [topic] });
    return (committed?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#admin.disconnect();
  }
}
