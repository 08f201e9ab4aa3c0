// @confluentinc/kafka-javascript, which has librdkafka inside. It lies in NATIVE_DIRECTORY, where the benchmark installed it.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type BenchClient, sendInCalls } from './bench-client.ts';

/** The part of its interface that is used here; it follows that of kafkajs. */
interface Confluent {
  readonly KafkaJS: {
    readonly Kafka: new (
      options: object,
    ) => {
      producer(options: object): {
        connect(): Promise<void>;
        send(batch: { topic: string; messages: { value: Buffer }[] }): Promise<unknown>;
        disconnect(): Promise<void>;
      };
      consumer(options: object): {
        connect(): Promise<void>;
        subscribe(options: { topics: string[] }): Promise<void>;
        run(options: {
          eachBatch(payload: { batch: { messages: { value: Buffer | null }[] } }): Promise<void>;
        }): Promise<void>;
        disconnect(): Promise<void>;
      };
    };
  };
}

const require = createRequire(join(process.env.NATIVE_DIRECTORY ?? '.', 'index.js'));
const { KafkaJS } = require('@confluentinc/kafka-javascript') as Confluent;

export const client: BenchClient = {
  async produce(task) {
    const kafka = new KafkaJS.Kafka({ kafkaJS: { brokers: [task.bootstrap] } });
    const producer = kafka.producer({ 'compression.type': task.compression, 'linger.ms': 5 });
    await producer.connect();
    await sendInCalls(task, (values) =>
      producer.send({ topic: task.topic, messages: values.map((value) => ({ value })) }),
    );
    await producer.disconnect();
  },

  async consume({ bootstrap, topic, records, group }) {
    const kafka = new KafkaJS.Kafka({ kafkaJS: { brokers: [bootstrap] } });
    const consumer = kafka.consumer({ kafkaJS: { groupId: group, fromBeginning: true } });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic] });
    let count = 0;
    let bytes = 0;
    const all = Promise.withResolvers<void>();
    await consumer.run({
      eachBatch: async ({ batch }) => {
        for (const { value } of batch.messages) bytes += value?.length ?? 0;
        count += batch.messages.length;
        if (count >= records) all.resolve();
      },
    });
    await all.promise;
    await consumer.disconnect();
    return bytes;
  },
};
