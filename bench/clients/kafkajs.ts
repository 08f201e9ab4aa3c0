// kafkajs. Its send takes many records; each call is a request of its own to each leader.

import kafkajs from 'kafkajs';
import { registerKafkaJsCodecs } from '../../test/support/kafkajs-codecs.ts';
import { type BenchClient, sendInCalls } from './bench-client.ts';

registerKafkaJsCodecs();
const { CompressionTypes, logLevel } = kafkajs;
const COMPRESSIONS = { none: CompressionTypes.None, lz4: CompressionTypes.LZ4, zstd: CompressionTypes.ZSTD };

export const client: BenchClient = {
  async produce(task) {
    const { topic, compression } = task;
    const producer = new kafkajs.Kafka({ brokers: [task.bootstrap], logLevel: logLevel.ERROR }).producer();
    await producer.connect();
    await sendInCalls(task, (values) =>
      producer.send({ topic, compression: COMPRESSIONS[compression], messages: values.map((value) => ({ value })) }),
    );
    await producer.disconnect();
  },

  async consume({ bootstrap, topic, records, group }) {
    const kafka = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: logLevel.ERROR });
    const consumer = kafka.consumer({ groupId: group });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
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
