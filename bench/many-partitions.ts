// Creation of thousands of partitions until each has a leader, restart after kill -9, memory, open files. Arguments: partitions (15500), `kafka` to run Apache Kafka too.

import { readdirSync } from 'node:fs';
import { Admin, Producer } from '../src/client/index.ts';
import { createNodePlatform } from '../src/platform/index.ts';
import { ApacheKafkaProcess } from '../test/support/apache-kafka-process.ts';
import { BrokerProcess } from '../test/support/broker-process.ts';
import { residentBytes } from './support/brokers.ts';
import { createAll, topicsWith, untilAllLed } from './support/many-topics.ts';

const PARTITIONS = Number(process.argv[2] ?? 15_500);
const withKafka = process.argv.includes('kafka');
const OPEN_FILES = 1024;
const VALUE = Buffer.alloc(100, 'x');
const TIMEOUT_MS = 600_000;
/** Apache Kafka 4.3.1 on a machine of two cores, for a run without it. */
const KNOWN_KAFKA: Figures = {
  creationSeconds: 146,
  restartSeconds: 292,
  mebibytesCreated: 756,
  mebibytesRestarted: 840,
  openFiles: 15_653,
};
const TARGETS: Partial<Record<keyof Figures, number>> = {
  creationSeconds: 0.05,
  restartSeconds: 0.03,
  mebibytesCreated: 0.3,
  mebibytesRestarted: 0.3,
};

interface Figures {
  readonly creationSeconds: number;
  readonly restartSeconds: number;
  readonly mebibytesCreated: number;
  readonly mebibytesRestarted: number;
  readonly openFiles: number;
}

interface RunningBroker extends AsyncDisposable {
  readonly bootstrap: string;
  readonly pid: number;
  kill(): Promise<void>;
  startAgain(): Promise<void>;
}

const topics = topicsWith(PARTITIONS);

const ours = await measure(
  await BrokerProcess.start([], { launcher: ['prlimit', `--nofile=${OPEN_FILES}:${OPEN_FILES}`, '--'] }),
);
const theirs = withKafka ? await measure(await ApacheKafkaProcess.start()) : KNOWN_KAFKA;
let areMet = true;
for (const figure of Object.keys(ours) as (keyof Figures)[]) {
  const ratio = ours[figure] / theirs[figure];
  const target = TARGETS[figure];
  areMet &&= target === undefined || ratio <= target;
  const promise = target === undefined ? '' : `at most ${target}: ${ratio <= target ? 'kept' : 'NOT KEPT'}`;
  console.log(
    `${figure.padEnd(20)}${ours[figure].toFixed(1).padStart(12)}${theirs[figure].toFixed(1).padStart(14)}${ratio.toFixed(3).padStart(8)}  ${promise}`,
  );
}
console.log(`${PARTITIONS} partitions; Apache Kafka ${withKafka ? 'measured now' : 'as measured before'}`);
process.exitCode = areMet ? 0 : 1;

async function measure(started: RunningBroker): Promise<Figures> {
  await using broker = started;
  await using admin = new Admin({
    bootstrapServers: broker.bootstrap,
    platform: createNodePlatform(),
    apiTimeoutMs: TIMEOUT_MS,
    requestTimeoutMs: TIMEOUT_MS,
  });
  const begin = performance.now();
  await createAll(admin, topics);
  const creationSeconds = (performance.now() - begin) / 1000;
  console.log(`created in ${creationSeconds.toFixed(1)} s`);
  await fill(broker.bootstrap);
  const mebibytesCreated = residentBytes(broker.pid) / 2 ** 20;
  const openFiles = readdirSync(`/proc/${broker.pid}/fd`).length;
  await broker.kill();
  const restart = performance.now();
  await broker.startAgain();
  await untilAllLed(admin, topics);
  const restartSeconds = (performance.now() - restart) / 1000;
  return {
    creationSeconds,
    restartSeconds,
    mebibytesCreated,
    mebibytesRestarted: residentBytes(broker.pid) / 2 ** 20,
    openFiles,
  };
}

/** A record in each. */
async function fill(bootstrap: string): Promise<void> {
  const begin = performance.now();
  await using producer = new Producer({
    bootstrapServers: bootstrap,
    platform: createNodePlatform(),
    acks: 1,
    maxWaitingSends: PARTITIONS,
  });
  await Promise.all(
    topics.flatMap(({ name, numPartitions }) =>
      Array.from({ length: numPartitions }, (_, partition) => producer.send({ topic: name, partition, value: VALUE })),
    ),
  );
  console.log(`a record in each after ${((performance.now() - begin) / 1000).toFixed(1)} s`);
}
