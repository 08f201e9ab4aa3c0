// A member of a group with @platformatic/kafka.

import { Consumer, MessagesStreamFallbackModes, MessagesStreamModes, stringDeserializers } from '@platformatic/kafka';

const [bootstrap = '', topic = '', groupId = '', fetchBytes = ''] = process.argv.slice(2);

const consumer = new Consumer({
  clientId: groupId,
  groupId,
  bootstrapBrokers: [bootstrap],
  deserializers: stringDeserializers,
  autocommit: 200,
  maxBytes: Number(fetchBytes) * 4,
  maxBytesPerPartition: Number(fetchBytes),
  maxWaitTime: 200,
  highWaterMark: 1024,
  retries: 100,
  retryDelay: 200,
});
consumer.on('error', (error: unknown) => console.error(error));
const stream = await consumer.consume({
  topics: [topic],
  mode: MessagesStreamModes.COMMITTED,
  fallbackMode: MessagesStreamFallbackModes.EARLIEST,
});
process.once('SIGTERM', () => {
  stream
    .close()
    .then(() => consumer.close())
    .then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
});
for await (const { partition, offset, value } of stream) process.stdout.write(`${partition}\t${offset}\t${value}\n`);
