// Consume, transform, produce and commit in one transaction, while broker and copiers are killed: what comes out is what went in, exactly once. On Millrace,
// and on Apache Kafka, whose clients ours have to equal.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SeededRandom } from '../../src/platform/index.ts';
import { ApacheKafkaProcess } from '../support/apache-kafka-process.ts';
import { BrokerProcess } from '../support/broker-process.ts';
import { findKafkaJars, KAFKA_VERSION_TO_KILL } from '../support/programs.ts';
import type { RestartedProgram } from '../support/restarted-process.ts';
import { type CopyTask, javaCopiers, ourCopiers } from './copiers.ts';
import { CopyJob, type CopyJobOptions, type MortalBroker } from './copy-job.ts';
import { copyOf } from './copy-of.ts';

const isFull = process.env.MILLRACE_FULL === '1';
const seed = Number(process.env.MILLRACE_SEED ?? Date.now() % 1_000_000);
const COPIERS = 2;
const PROTOCOLS: readonly ('classic' | 'consumer')[] = ['classic', 'consumer'];
type CopySize = Pick<CopyJobOptions, 'partitions' | 'records' | 'faults'>;
/** One fault in ten is a pause: a hundred kills and more. */
const FULL_SIZE: CopySize = { partitions: 4, records: 5_000_000, faults: 120 };
/** Short sessions, so that others take over soon. */
const SETTINGS = [
  'group.min.session.timeout.ms=1000',
  'group.initial.rebalance.delay.ms=0',
  'group.consumer.min.session.timeout.ms=1000',
  'group.consumer.session.timeout.ms=3000',
  'group.consumer.min.heartbeat.interval.ms=100',
  'group.consumer.heartbeat.interval.ms=300',
];
/** With fewer partitions of its own it is back sooner after a crash. */
const KAFKA_SETTINGS = [...SETTINGS, 'offsets.topic.num.partitions=4', 'transaction.state.log.num.partitions=4'];
const [jars, killedKafkaJars] = [await findKafkaJars(), await findKafkaJars(KAFKA_VERSION_TO_KILL)];

describe('a topic is copied exactly once through crashes of broker and copiers', () => {
  describe('on Millrace', () => {
    let broker: BrokerProcess;
    before(async () => {
      broker = await BrokerProcess.start(SETTINGS);
    });
    after(() => broker?.[Symbol.asyncDispose]());

    copyByOurGroups({ partitions: 4, records: 40_000, faults: 4 }, () => broker);

    it("by Apache Kafka's transactional message copier", {
      skip: 'missing' in jars ? jars.missing : false,
    }, async (t) => {
      assert('path' in jars);
      const size = isFull
        ? { partitions: 4, records: 400_000, faults: 20 }
        : { partitions: 2, records: 3000, faults: 2 };
      const classPath = jars.path;
      t.diagnostic(
        await run({ ...size, broker, copyOf: String }, 'java', 200, (task) =>
          javaCopiers(size.partitions, task, classPath),
        ),
      );
    });
  });

  describe('on Apache Kafka', { skip: 'missing' in killedKafkaJars ? killedKafkaJars.missing : false }, () => {
    let broker: ApacheKafkaProcess;
    before(async () => {
      broker = await ApacheKafkaProcess.start(KAFKA_SETTINGS, { version: KAFKA_VERSION_TO_KILL });
    });
    after(() => broker?.[Symbol.asyncDispose]());

    // Killed often, it may be able to divide a group of the consumer protocol no more: see the README.
    copyByOurGroups({ partitions: 4, records: 8000, faults: 2 }, () => broker, isFull ? PROTOCOLS : ['classic']);
  });
});

function copyByOurGroups(size: CopySize, broker: () => MortalBroker, protocols = PROTOCOLS): void {
  for (const groupProtocol of protocols) {
    it(`by a group of our own client, ${groupProtocol} protocol`, async (t) => {
      const job = { ...(isFull ? FULL_SIZE : size), broker: broker(), copyOf };
      t.diagnostic(
        await run(job, groupProtocol, isFull ? 1000 : 200, (task) => ourCopiers(COPIERS, groupProtocol, task)),
      );
    });
  }
}

async function run(
  size: CopySize & Pick<CopyJobOptions, 'broker' | 'copyOf'>,
  name: string,
  recordsPerTransaction: number,
  copiers: (task: CopyTask) => RestartedProgram[],
): Promise<string> {
  const names = { source: `source-${name}`, target: `target-${name}`, groupId: `copy-${name}` };
  const random = new SeededRandom(seed);
  await using job = await CopyJob.prepare({ ...size, ...names, random });
  const bootstrap = size.broker.bootstrap;
  const result = await job.run(copiers({ ...names, bootstrap, recordsPerTransaction }));
  const { kills, pauses, ends, seconds, hidden } = result;
  const faults = `${kills.broker} kills of the broker, ${kills.copiers} of copiers, ${pauses} pauses, ${ends} copiers that gave up`;
  return `seed ${seed}: ${size.records} records exactly once in ${seconds.toFixed(1)} s through ${faults}; ${hidden} offsets of aborted records and markers`;
}
