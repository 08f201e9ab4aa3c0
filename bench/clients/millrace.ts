// This project's client, in bulk: a promise for each call.

import { Consumer, Producer } from 'millrace/client';
import { type BenchClient, sendInCalls } from './bench-client.ts';

export const client: BenchClient = {
  async produce(task) {
    const { topic, bootstrap, compression } = task;
    await using producer = new Producer({ bootstrapServers: bootstrap, compression, batchSize: 256 * 1024 });
    await sendInCalls(task, (values) => producer.sendAll(values.map((value) => ({ topic, value }))));
  },

  async consume({ bootstrap, topic, records, group }) {
    await using consumer = new Consumer({
      bootstrapServers: bootstrap,
      groupId: group,
      autoOffsetReset: 'earliest',
    });
    consumer.subscribe([topic]);
    let count = 0;
    let bytes = 0;
    for await (const batch of consumer.batches()) {
      for (const { value } of batch.records) bytes += value?.length ?? 0;
      count += batch.records.length;
      if (count >= records) break;
    }
    return bytes;
  },
};
