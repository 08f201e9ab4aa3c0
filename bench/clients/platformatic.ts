// @platformatic/kafka. Its send takes many records; its consumer is a stream of them.

import { Consumer, MessagesStreamModes, ProduceAcks, Producer } from '@platformatic/kafka';
import { type BenchClient, sendInCalls } from './bench-client.ts';

export const client: BenchClient = {
  async produce(task) {
    const { topic, compression, bootstrap } = task;
    const producer = new Producer({ clientId: 'bench', bootstrapBrokers: [bootstrap] });
    await sendInCalls(task, (values) =>
      producer.send({ acks: ProduceAcks.ALL, compression, messages: values.map((value) => ({ topic, value })) }),
    );
    await producer.close();
  },

  async consume({ bootstrap, topic, records, group }) {
    const consumer = new Consumer({ clientId: 'bench', groupId: group, bootstrapBrokers: [bootstrap] });
    const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST });
    let count = 0;
    let bytes = 0;
    for await (const { value } of stream) {
      bytes += value.length;
      if (++count >= records) break;
    }
    await consumer.close(true);
    return bytes;
  },
};
