// Shares work out among the members of a share group: each record goes to one of them, and again to somebody when it is released.

import { Admin, defineTopic, Producer, ShareConsumer, serdes } from 'millrace/client';

const bootstrapServers = process.env.BOOTSTRAP_SERVERS ?? '127.0.0.1:9092';

interface Job {
  readonly image: string;
  readonly isFragile?: boolean;
}

const jobs = defineTopic({ name: `jobs-${process.pid}`, value: serdes.json<Job>() });

await using admin = new Admin({ bootstrapServers });
await admin.createTopics([{ name: jobs.name, numPartitions: 1, replicationFactor: 1 }]);
// A group begins with what comes after it, unless it is told otherwise.
await admin.alterConfigs([
  {
    resource: { type: 'group', name: jobs.name },
    changes: [{ name: 'share.auto.offset.reset', operation: 'set', value: 'earliest' }],
  },
]);

await using producer = new Producer({ bootstrapServers });
await producer.sendAll([
  { topic: jobs, value: { image: 'cat.png' } },
  { topic: jobs, value: { image: 'vase.png', isFragile: true } },
]);
await producer.send({ topic: jobs.name, value: 'nonsense' });

await using queue = new ShareConsumer({ bootstrapServers, groupId: jobs.name, acknowledgementMode: 'explicit' });
queue.subscribe([jobs]);
// What is no job is rejected, so that nobody gets it again.
const reader = queue.reader([jobs], { onBadRecord: ({ offset }) => console.log(`no job at offset ${offset}`) });
let left = 2;
for await (const job of reader) {
  const isOver = !job.value.isFragile || job.deliveryCount > 1;
  queue.acknowledge(job, isOver ? 'accept' : 'release');
  console.log(`${job.value.image}, delivery ${job.deliveryCount}: ${isOver ? 'over' : 'once more'}`);
  if (isOver && --left === 0) break;
}
await queue.commit();

// Prints:
// cat.png, delivery 1: over
// vase.png, delivery 1: once more
// no job at offset 2
// vase.png, delivery 2: over
