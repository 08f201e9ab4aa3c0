// Writes a stream of records with one promise, and handles them several at a time while each key's records stay in order.

import { Admin, Consumer, Producer } from 'millrace/client';

const bootstrapServers = process.env.BOOTSTRAP_SERVERS ?? '127.0.0.1:9092';
const topic = `readings-${process.pid}`;
const sensors = ['cellar', 'garden', 'roof'];
const readings = 300;

await using admin = new Admin({ bootstrapServers });
await admin.createTopics([{ name: topic, numPartitions: 3, replicationFactor: 1 }]);

// As it might come from a file or a socket: no more is taken than there is room for.
async function* measure() {
  for (let index = 0; index < readings; index++)
    yield { topic, key: sensors[index % sensors.length] ?? '', value: String(index) };
}

await using producer = new Producer({ bootstrapServers });
await producer.sendAll(measure());

await using consumer = new Consumer({ bootstrapServers, groupId: topic, autoOffsetReset: 'earliest' });
consumer.subscribe([topic]);
const latest = new Map<string, number>();
const done = new AbortController();
let handled = 0;
await consumer.eachRecord(
  async ({ key, value }) => {
    const sensor = String(key);
    const reading = Number(value);
    if (reading < (latest.get(sensor) ?? 0)) throw new Error(`${sensor} went back in time`);
    latest.set(sensor, reading);
    if (++handled === readings) done.abort();
  },
  { concurrency: 8, signal: done.signal },
);
console.log(`handled ${handled} readings of ${[...latest.keys()].sort().join(', ')}`);

// Prints:
// handled 300 readings of cellar, garden, roof
