// Memory of the client while many records go through a producer and a consumer of one process, over Apache Kafka. Arguments: millions of records (50).
// Exits with 1 when more is held than the settings allow, or when it grows.

import { setTimeout as delay } from 'node:timers/promises';
import { Admin, Consumer, Producer } from '../src/client/index.ts';
import { startApacheKafka } from './support/brokers.ts';

const RECORDS = Number(process.argv[2] ?? 50) * 1e6;
const RECORD_BYTES = 100;
const RECORDS_PER_CALL = 10_000;
/** More at a time than fits into the buffer. */
const CALLS = 20;
const PARTITIONS = 3;
const SAMPLES = 20;
/** The reader is never further behind than this, so that the broker may delete what it has read. */
const MAX_LAG = 2_000_000;
const MIB = 2 ** 20;
const BUFFER_MEMORY = 16 * MIB;
const MAX_PARTITION_FETCH_BYTES = MIB;
/** Of records on their way: the producer's buffer, and as much again that is kept for the next batches; an answer being received and one being read. */
const BOUND = 2 * BUFFER_MEMORY + 4 * PARTITIONS * MAX_PARTITION_FETCH_BYTES;
/** Buffers that are free and not collected yet, which V8 lets be for a while. */
const GARBAGE = 64 * MIB;

await using kafka = await startApacheKafka([
  'log.retention.check.interval.ms=5000',
  'log.segment.delete.delay.ms=1000',
]);
const options = { bootstrapServers: kafka.bootstrap };
await using admin = new Admin(options);
const configs = { 'retention.bytes': String(1024 * MIB), 'segment.bytes': String(64 * MIB) };
await admin.createTopics([{ name: 'memory', numPartitions: PARTITIONS, replicationFactor: 1, configs }]);
await using producer = new Producer({ ...options, batchSize: 64 * 1024, bufferMemory: BUFFER_MEMORY });
await using consumer = new Consumer({ ...options, maxPartitionFetchBytes: MAX_PARTITION_FETCH_BYTES });
consumer.assign(
  Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: 'memory', partition, from: 'earliest' as const })),
);

const startMs = performance.now();
const resident: number[] = [];
const buffers: number[] = [];
let written = 0;
let read = 0;
const writing = write();
console.log('    records   seconds   RSS MiB   heap MiB   buffers MiB');
for await (const { records } of consumer.batches()) {
  const before = Math.floor((read / RECORDS) * SAMPLES);
  read += records.length;
  if (Math.floor((read / RECORDS) * SAMPLES) > before) sample();
  if (read >= RECORDS) break;
}
await writing;

const first = Math.max(...resident.slice(0, SAMPLES / 4));
const last = Math.max(...resident.slice(-SAMPLES / 4));
const mostBuffers = Math.max(...buffers);
const isBounded = mostBuffers <= BOUND + GARBAGE;
const isSteady = last <= first * 1.15;
console.log(
  `buffers: at most ${mib(mostBuffers)} MiB, allowed ${mib(BOUND)} and ${mib(GARBAGE)} of garbage: ${isBounded ? 'kept' : 'NOT KEPT'}`,
);
console.log(
  `RSS: ${mib(first)} MiB in the first quarter, ${mib(last)} in the last: ${isSteady ? 'steady' : 'IT GROWS'}`,
);
if (!isBounded || !isSteady) process.exitCode = 1;

async function write(): Promise<void> {
  const value = Buffer.alloc(RECORD_BYTES, 'x');
  const batch = Array.from({ length: RECORDS_PER_CALL }, () => ({ topic: 'memory', value }));
  const worker = async () => {
    while (written < RECORDS) {
      if (written - read >= MAX_LAG) await delay(5);
      else {
        written += RECORDS_PER_CALL;
        await producer.sendAll(batch);
      }
    }
  };
  await Promise.all(Array.from({ length: CALLS }, worker));
}

function sample(): void {
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  resident.push(rss);
  buffers.push(arrayBuffers);
  const seconds = (performance.now() - startMs) / 1000;
  const columns = [read.toLocaleString('en').padStart(11), seconds.toFixed(0).padStart(9), mib(rss).padStart(9)];
  console.log(...columns, mib(heapUsed).padStart(10), mib(arrayBuffers).padStart(13));
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(0);
}
