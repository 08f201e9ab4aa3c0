// Milliseconds from send to poll of one record at a time with the client, beside the Java client, both against Apache Kafka. Arguments: records (5000), runs (3).

import { Admin, Consumer, Producer } from '../src/client/index.ts';
import { type BenchBroker, startApacheKafka } from './support/brokers.ts';
import { median } from './support/figures.ts';
import { figureIn, runKafkaTool } from './support/kafka-tool.ts';

const RECORDS = Number(process.argv[2] ?? 5000);
const RUNS = Number(process.argv[3] ?? 3);
const WARM_UP_RECORDS = 500;
const RECORD_BYTES = 100;

await using kafka = await startApacheKafka();
const ours: number[] = [];
const java: number[] = [];
for (let run = 0; run < RUNS; run++) {
  ours.push(await ownP99(kafka, `own-${run}`));
  java.push(await javaP99(kafka, `java-${run}`));
  console.log(`run ${run + 1}: ${ours.at(-1)?.toFixed(2)} ms, Java ${java.at(-1)} ms`);
}
// Java's tool cuts off the fraction.
const isKept = Math.trunc(median(ours)) <= median(java);
console.log(`p99, acks=1: ${median(ours).toFixed(2)} ms, Java ${median(java)} ms: ${isKept ? 'kept' : 'NOT KEPT'}`);

async function ownP99({ bootstrap }: BenchBroker, topic: string): Promise<number> {
  const options = { bootstrapServers: bootstrap };
  await using admin = new Admin(options);
  await admin.createTopics([{ name: topic, numPartitions: 1, replicationFactor: 1 }]);
  await using producer = new Producer({ ...options, acks: 1, lingerMs: 0 });
  await using consumer = new Consumer({ ...options, fetchMaxWaitMs: 500 });
  consumer.assign([{ topic, partition: 0, from: 'earliest' }]);
  const value = Buffer.alloc(RECORD_BYTES, 'x');
  const times: number[] = [];
  for (let count = 0; count < WARM_UP_RECORDS + RECORDS; count++) {
    const startMs = performance.now();
    await producer.send({ topic, value });
    let isRead = false;
    while (!isRead) isRead = ((await consumer.poll(10_000))?.records.length ?? 0) > 0;
    if (count >= WARM_UP_RECORDS) times.push(performance.now() - startMs);
  }
  return times.sort((one, other) => one - other)[Math.floor(RECORDS * 0.99)] ?? Number.NaN;
}

async function javaP99({ bootstrap }: BenchBroker, topic: string): Promise<number> {
  const output = await runKafkaTool('EndToEndLatency', [
    ...['--bootstrap-server', bootstrap, '--topic', topic, '--num-records', String(RECORDS)],
    ...['--producer-acks', '1', '--record-size', String(RECORD_BYTES)],
  ]);
  return figureIn(output, /99th = (\d+)/);
}
