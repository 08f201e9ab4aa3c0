// Makes a topic, writes records with keys, and reads them as a member of a consumer group.

import { Admin, Consumer, Producer } from 'millrace/client';

const bootstrapServers = process.env.BOOTSTRAP_SERVERS ?? '127.0.0.1:9092';
const topic = `payments-${process.pid}`;

await using admin = new Admin({ bootstrapServers });
await admin.createTopics([{ name: topic, numPartitions: 3, replicationFactor: 1 }]);

await using producer = new Producer({ bootstrapServers, compression: 'zstd' });
await Promise.all(
  ['alice', 'bob', 'carol'].map((key, index) => producer.send({ topic, key, value: JSON.stringify({ cents: index }) })),
);

await using consumer = new Consumer({ bootstrapServers, groupId: topic, autoOffsetReset: 'earliest' });
consumer.subscribe([topic]);
const keys: string[] = [];
for await (const { key } of consumer) {
  keys.push(String(key));
  if (keys.length === 3) break;
}
await consumer.commit();
console.log(`read ${keys.sort().join(', ')}`);

// Prints:
// read alice, bob, carol
