// Reads one topic and writes another, exactly once: offsets are committed in the transaction that writes the copies, so that whatever
// fails, neither a record nor its copy is lost or doubled.

import { Admin, Consumer, Producer, TransactionAbortedError } from 'millrace/client';

const bootstrapServers = process.env.BOOTSTRAP_SERVERS ?? '127.0.0.1:9092';
const orders = `orders-${process.pid}`;
const invoices = `invoices-${process.pid}`;
const COUNT = 100;

await using admin = new Admin({ bootstrapServers });
await admin.createTopics([orders, invoices].map((name) => ({ name, numPartitions: 2, replicationFactor: 1 })));
await using source = new Producer({ bootstrapServers });
await Promise.all(
  Array.from({ length: COUNT }, (_, n) => source.send({ topic: orders, key: `order ${n}`, value: '1' })),
);

await using consumer = new Consumer({
  bootstrapServers,
  groupId: `invoicing-${process.pid}`,
  groupProtocol: 'consumer',
  autoOffsetReset: 'earliest',
  autoCommit: false,
  readCommitted: true,
});
consumer.subscribe([orders]);
await using producer = new Producer({ bootstrapServers, transactionalId: `invoicing-${process.pid}` });

let copied = 0;
while (copied < COUNT) {
  const batch = await consumer.poll(1000);
  if (batch === undefined || batch.records.length === 0) continue;
  try {
    await producer.transaction(async (transaction) => {
      for (const { key, value } of batch.records) void transaction.send({ topic: invoices, key, value });
      const { topic, partition, nextOffset: offset } = batch;
      await transaction.sendOffsets(consumer, [{ topic, partition, offset }]);
    });
    copied += batch.records.length;
  } catch (error) {
    if (!(error instanceof TransactionAbortedError && error.retriable)) throw error;
    // Nothing of it can be seen: the same records again.
    consumer.seek(batch, batch.records[0]?.offset ?? batch.nextOffset);
  }
}
console.log(`copied ${copied} records`);

// Prints:
// copied 100 records
