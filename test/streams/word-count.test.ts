// Kafka Streams counts words exactly once, with both group protocols, while the broker and the application are killed and come back.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Admin, Consumer, Producer } from '../../src/client/index.ts';
import { BrokerProcess } from '../support/broker-process.ts';
import { findKafkaStreamsJars } from '../support/programs.ts';
import { RestartedProcess } from '../support/restarted-process.ts';

const isFull = process.env.MILLRACE_FULL === '1';
const LINES = isFull ? 200_000 : 6000;
const WORDS = 50;
const PARTITIONS = 3;
const ENDED_WITHIN_MS = isFull ? 1_800_000 : 240_000;
const SETTINGS = [
  'group.min.session.timeout.ms=1000',
  'group.initial.rebalance.delay.ms=0',
  'group.streams.initial.rebalance.delay.ms=0',
  'group.streams.min.session.timeout.ms=1000',
  'group.streams.session.timeout.ms=3000',
  'group.streams.min.heartbeat.interval.ms=100',
  'group.streams.heartbeat.interval.ms=300',
];
const jars = await findKafkaStreamsJars();

describe('a word count of Kafka Streams with exactly_once_v2', {
  skip: 'missing' in jars ? jars.missing : false,
}, () => {
  let broker: BrokerProcess;
  let directory: string;
  before(async () => {
    broker = await BrokerProcess.start(SETTINGS);
    directory = await mkdtemp(join(tmpdir(), 'millrace-streams-'));
    await fill(broker.bootstrap);
  });
  after(async () => {
    await broker?.[Symbol.asyncDispose]();
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  });

  for (const protocol of ['classic', 'streams']) {
    it(`counts each word once through kills of the broker and of itself, ${protocol} protocol`, async (t) => {
      assert('path' in jars);
      const parameters = [
        ...['-Xmx256M', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', jars.path],
        ...[join(import.meta.dirname, 'WordCount.java'), broker.bootstrap, protocol, join(directory, protocol)],
      ];
      await using application = new RestartedProcess({ program: 'java', parameters });
      await using counts = new Counts(broker.bootstrap, `counts-${protocol}`);
      const faults = [() => killBroker(broker), () => application.kill(), () => killBroker(broker)];
      for (const [index, fault] of faults.entries()) {
        await counts.reach(((index + 1) * 2 * LINES) / (faults.length + 1), () => application.complaints);
        await fault();
      }
      await counts.reach(2 * LINES, () => application.complaints);
      assert.deepEqual([...counts.byWord.values()].sort(), new Array(WORDS).fill((2 * LINES) / WORDS));
      t.diagnostic(`${2 * LINES} words counted once, ${faults.length} kills`);
    });
  }
});

async function killBroker(broker: BrokerProcess): Promise<void> {
  await broker.kill();
  await broker.startAgain();
}

/** Two words in each line. */
async function fill(bootstrapServers: string): Promise<void> {
  await using admin = new Admin({ bootstrapServers });
  const topics = ['lines', 'counts-classic', 'counts-streams'];
  const created = await admin.createTopics(topics.map((name) => ({ name, numPartitions: PARTITIONS })));
  for (const { error } of created) if (error !== undefined) throw error;
  await using producer = new Producer({ bootstrapServers });
  for (let line = 0; line < LINES; line++) {
    const value = `word-${(2 * line) % WORDS} word-${(2 * line + 1) % WORDS}`;
    const sent = producer.send({ topic: 'lines', partition: line % PARTITIONS, value });
    if (producer.isFull) await sent;
  }
  await producer.flush();
}

/** What a reader of committed records is told: of each word every number from 1 on, once and in order. */
class Counts implements AsyncDisposable {
  readonly #consumer: Consumer;
  readonly byWord = new Map<string, number>();
  #total = 0;

  constructor(bootstrapServers: string, topic: string) {
    this.#consumer = new Consumer({
      bootstrapServers,
      readCommitted: true,
      retryBackoffMs: 20,
      retryBackoffMaxMs: 200,
    });
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
    this.#consumer.assign(partitions.map((partition) => ({ topic, partition, from: 'earliest' as const })));
  }

  /** Reads until so many words were counted. */
  async reach(total: number, complaints: () => string): Promise<void> {
    const end = performance.now() + ENDED_WITHIN_MS;
    while (this.#total < total) {
      const batch = await this.#consumer.poll(1000);
      for (const { key, value, offset } of batch?.records ?? []) {
        const word = key?.toString() ?? '';
        const count = (this.byWord.get(word) ?? 0) + 1;
        assert.equal(value?.toString(), String(count), `${word} in ${batch?.topic}-${batch?.partition} at ${offset}`);
        this.byWord.set(word, count);
        this.#total++;
      }
      assert.ok(performance.now() < end, `${this.#total} of ${total} words are counted:\n${complaints()}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#consumer.close();
  }
}
