// Shares work out among the members of a share group: each record goes to one of them, and again to somebody when it is released.

import { Admin, Producer, ShareConsumer } from 'millrace/client';

const bootstrapServers = process.env.BOOTSTRAP_SERVERS ?? '127.0.0.1:9092';
const topic = `jobs-${process.pid}`;

await using admin = new Admin({ bootstrapServers });
await admin.createTopics([{ name: topic, numPartitions: 1, replicationFactor: 1 }]);
// A group begins with what comes after it, unless it is told otherwise.
await admin.alterConfigs([
  {
    resource: { type: 'group', name: topic },
    changes: [{ name: 'share.auto.offset.reset', operation: 'set', value: 'earliest' }],
  },
]);

await using producer = new Producer({ bootstrapServers });
await Promise.all(['resize', 'fragile', 'nonsense'].map((value) => producer.send({ topic, value })));

await using queue = new ShareConsumer({ bootstrapServers, groupId: topic, acknowledgementMode: 'explicit' });
queue.subscribe([topic]);
let left = 3;
for await (const job of queue) {
  const name = String(job.value);
  const isOver = name !== 'fragile' || job.deliveryCount > 1;
  queue.acknowledge(job, name === 'nonsense' ? 'reject' : isOver ? 'accept' : 'release');
  console.log(`${name}, delivery ${job.deliveryCount}: ${isOver ? 'over' : 'once more'}`);
  if (isOver && --left === 0) break;
}
await queue.commit();

// Prints:
// resize, delivery 1: over
// fragile, delivery 1: once more
// nonsense, delivery 1: over
// fragile, delivery 2: over
