// Seconds from a start after kill -9 until every partition answers, by partitions and data. Arguments: MB (10,100,1000), partitions
// (1,100,1000,15500), `kafka` to run Apache Kafka too.

import { Admin, Producer } from '../src/client/index.ts';
import { createNodePlatform } from '../src/platform/index.ts';
import { ApacheKafkaProcess } from '../test/support/apache-kafka-process.ts';
import { BrokerProcess } from '../test/support/broker-process.ts';
import { type BenchTopic, createAll, topicsWith, untilAllLed } from './support/many-topics.ts';

const MEGABYTES = (process.argv[2] ?? '10,100,1000').split(',').map(Number);
const withKafka = process.argv.includes('kafka');
const PARTITIONS = (process.argv[3] ?? '1,100,1000,15500').split(',').map(Number);
/** More take Apache Kafka minutes. */
const MOST_PARTITIONS_OF_KAFKA = 1000;
const VALUE = Buffer.alloc(10_000, 'x');
const SENDS_AT_A_TIME = 2000;
const TIMEOUT_MS = 600_000;

interface KillableBroker extends AsyncDisposable {
  readonly bootstrap: string;
  kill(): Promise<void>;
  startAgain(): Promise<void>;
}

const rows: string[] = ['| partitions | MB | Millrace, s | Apache Kafka, s |', '| --- | --- | --- | --- |'];
for (const partitions of PARTITIONS) {
  for (const megabytes of MEGABYTES) {
    const ours = await recoverySeconds(await BrokerProcess.start(), partitions, megabytes);
    const isForKafka = withKafka && partitions <= MOST_PARTITIONS_OF_KAFKA;
    const theirs = isForKafka
      ? await recoverySeconds(await ApacheKafkaProcess.start(), partitions, megabytes)
      : undefined;
    rows.push(`| ${partitions} | ${megabytes} | ${ours.toFixed(2)} | ${theirs?.toFixed(2) ?? ''} |`);
    console.log(rows.at(-1));
  }
}
console.log(`\n${rows.join('\n')}`);

async function recoverySeconds(started: KillableBroker, partitions: number, megabytes: number): Promise<number> {
  await using broker = started;
  const topics = topicsWith(partitions);
  const client = { bootstrapServers: broker.bootstrap, platform: createNodePlatform(), requestTimeoutMs: TIMEOUT_MS };
  await using admin = new Admin({ ...client, apiTimeoutMs: TIMEOUT_MS });
  await createAll(admin, topics);
  await fill(broker.bootstrap, topics, megabytes);
  await broker.kill();
  const begin = performance.now();
  await broker.startAgain();
  await untilAllLed(admin, topics);
  return (performance.now() - begin) / 1000;
}

/** The same number of records, or one less, in each partition, acknowledged when they are in the page cache. */
async function fill(bootstrap: string, topics: readonly BenchTopic[], megabytes: number): Promise<void> {
  const platform = createNodePlatform();
  await using producer = new Producer({
    bootstrapServers: bootstrap,
    platform,
    acks: 1,
    maxWaitingSends: SENDS_AT_A_TIME,
  });
  const places = topics.flatMap(({ name: topic, numPartitions }) =>
    Array.from({ length: numPartitions }, (_, partition) => ({ topic, partition })),
  );
  const records = Math.max((megabytes * 1e6) / VALUE.length, places.length);
  const value = VALUE.subarray(0, (megabytes * 1e6) / records);
  let sends: Promise<unknown>[] = [];
  for (let sent = 0; sent < records; sent++) {
    const place = places[sent % places.length];
    if (place !== undefined) sends.push(producer.send({ ...place, value }));
    if (sends.length < SENDS_AT_A_TIME) continue;
    await Promise.all(sends);
    sends = [];
  }
  await Promise.all(sends);
}
