// A member of a group with kafkajs.

import { writeSync } from 'node:fs';
import kafkajs from 'kafkajs';
import { registerKafkaJsCodecs } from '../../support/kafkajs-codecs.ts';

const [bootstrap = '', topic = '', groupId = '', fetchBytes = ''] = process.argv.slice(2);

registerKafkaJsCodecs();
const kafka = new kafkajs.Kafka({
  brokers: [bootstrap],
  logLevel: kafkajs.logLevel.ERROR,
  retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 100 },
});
const consumer = kafka.consumer({ groupId, maxBytesPerPartition: Number(fetchBytes), maxWaitTimeInMs: 200 });
process.once('SIGTERM', () => {
  consumer.disconnect().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  autoCommitInterval: 200,
  eachBatch: async ({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary }) => {
    const records = batch.messages.map(({ offset, value }) => `${batch.partition}\t${offset}\t${value}\n`);
    print(records.join(''));
    const last = batch.messages.at(-1);
    if (last !== undefined) resolveOffset(last.offset);
    await commitOffsetsIfNecessary();
    await heartbeat();
  },
});

/** Waits until all of it is in the pipe, so that what is committed has been printed. */
function print(text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}
