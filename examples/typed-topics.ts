// Defines topics once, with the types of their keys and values, which flow from there to whoever writes and reads them.

import { Admin, Consumer, defineTopic, Producer, type StandardSchema, serdes } from 'millrace/client';

const bootstrapServers = process.env.BOOTSTRAP_SERVERS ?? '127.0.0.1:9092';

interface Order {
  readonly item: string;
  readonly cents: number;
}

// Any library of the Standard Schema makes these: with zod it is z.object({ item: z.string(), cents: z.number() }).
const orderSchema: StandardSchema<Order> = {
  '~standard': {
    version: 1,
    vendor: 'by hand',
    validate: (data) => (isOrder(data) ? { value: data } : { issues: [{ message: 'that is no order' }] }),
  },
};

const orders = defineTopic({
  name: `typed-orders-${process.pid}`,
  key: serdes.string,
  value: serdes.json(orderSchema),
});

await using admin = new Admin({ bootstrapServers });
await admin.createTopics([{ name: orders.name, numPartitions: 1, replicationFactor: 1 }]);

await using producer = new Producer({ bootstrapServers });
await producer.send({ topic: orders, key: 'order 1', value: { item: 'book', cents: 1250 } });
// As another program might, which knows of no definition.
await producer.send({ topic: orders.name, key: 'order 2', value: 'a lamp' });
await producer.send({ topic: orders, key: 'order 3', value: { item: 'pen', cents: 90 } });

await using consumer = new Consumer({ bootstrapServers, groupId: orders.name, autoOffsetReset: 'earliest' });
consumer.subscribe([orders]);
const reader = consumer.reader([orders], {
  onBadRecord: ({ record, offset }) => console.log(`left out ${record.key} at offset ${offset}`),
});
for await (const { key, value } of reader) {
  console.log(`${key}: ${value.item} for ${value.cents / 100}`);
  if (key === 'order 3') break;
}

function isOrder(data: unknown): data is Order {
  if (typeof data !== 'object' || data === null || !('item' in data && 'cents' in data)) return false;
  return typeof data.item === 'string' && typeof data.cents === 'number';
}

// Prints:
// left out order 2 at offset 1
// order 1: book for 12.5
// order 3: pen for 0.9
