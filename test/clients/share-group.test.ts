// Apache Kafka's KafkaShareConsumer reads a topic as a queue while the broker is killed in the middle: every record is received, and none
// comes back of which the broker had confirmed that it was accepted.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { Producer } from '../../src/client/index.ts';
import { findKafkaJars } from '../support/programs.ts';
import { startTestBroker, type TestBroker } from '../support/test-broker.ts';
import { ClusterView } from './cluster-view.ts';

const PARTITIONS = 3;
const RECORDS = 5000;
const MEMBERS = 3;
const TIMEOUT_MS = 120_000;
const PROGRAM = join(import.meta.dirname, 'members', 'ShareMembers.java');
const LOGGING = join(import.meta.dirname, '..', 'support', 'kafka-log4j2.xml');
const jars = await findKafkaJars();

describe('a share group of Java consumers, with the broker killed in the middle', {
  skip: 'missing' in jars ? jars.missing : false,
}, () => {
  let broker: TestBroker;
  let view: ClusterView;

  before(async () => {
    broker = await startTestBroker([
      'share.coordinator.state.topic.replication.factor=1',
      'share.coordinator.state.topic.min.isr=1',
    ]);
    view = new ClusterView(broker.bootstrap);
    await view.connect();
  });
  after(async () => {
    await view?.[Symbol.asyncDispose]();
    await broker?.[Symbol.asyncDispose]();
  });

  for (const mode of ['implicit', 'explicit']) {
    it(`receives every record, and none again that was accepted, with ${mode} acknowledgement`, async () => {
      const topic = `queue-${mode}`;
      await view.createTopic(topic, PARTITIONS);
      await using producer = new Producer({ bootstrapServers: broker.bootstrap });
      const sent = Array.from({ length: RECORDS }, (_, index) =>
        producer.send({ topic, partition: index % PARTITIONS, value: `record ${index}` }),
      );
      await Promise.all(sent);
      const { received, returned, acceptedAtCrash, members } = await readThroughCrash(broker, topic, mode);
      assert.equal(received, RECORDS);
      assert.deepEqual(returned, []);
      assert.ok(acceptedAtCrash > 0 && acceptedAtCrash < RECORDS, `killed after ${acceptedAtCrash} records`);
      assert.equal(members.size, MEMBERS, `only ${[...members]} received records`);
    });
  }
});

interface Reading {
  /** Different records. */
  readonly received: number;
  /** Records that came after the broker had confirmed that they were accepted. */
  readonly returned: readonly string[];
  readonly acceptedAtCrash: number;
  /** Who received records. */
  readonly members: ReadonlySet<string>;
}

/** Resolves when the broker says that the group is done with all records, and the members have left. */
async function readThroughCrash(broker: TestBroker, topic: string, mode: string): Promise<Reading> {
  assert('path' in jars);
  const options = ['-Xmx512M', '-XX:TieredStopAtLevel=1', `-Dlog4j2.configurationFile=${LOGGING}`];
  const group = `${topic}-readers`;
  const java = spawn(
    'java',
    [...options, '-cp', jars.path, PROGRAM, broker.bootstrap, topic, group, mode, String(MEMBERS)],
    { stdio: ['ignore', 'pipe', 'pipe'], signal: AbortSignal.timeout(TIMEOUT_MS), killSignal: 'SIGKILL' },
  );
  let complaints = '';
  java.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-4000);
  });
  const exited = once(java, 'exit');
  const received = new Set<string>();
  const accepted = new Set<string>();
  const members = new Set<string>();
  const returned: string[] = [];
  let acceptedAtCrash = 0;
  let isBack = Promise.resolve();
  const restart = async () => {
    await broker.kill();
    await broker.startAgain();
  };
  try {
    for await (const line of createInterface(java.stdout)) {
      const [what, member = '', partition, offset] = line.split(' ');
      const record = `${partition}-${offset}`;
      if (what === 'received') {
        members.add(member);
        received.add(record);
        if (accepted.has(record)) returned.push(record);
      } else accepted.add(record);
      if (acceptedAtCrash === 0 && accepted.size >= RECORDS / 4) {
        acceptedAtCrash = accepted.size;
        isBack = restart();
      }
    }
    await isBack;
    assert.equal((await exited)[0], 0);
    return { received: received.size, returned, acceptedAtCrash, members };
  } catch (error) {
    throw new Error(`${received.size} of ${RECORDS} records were received: ${complaints}`, { cause: error });
  }
}
