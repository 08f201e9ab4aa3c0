// A data directory goes from Apache Kafka to Millrace and back: each has to find what the other one wrote.

import assert from 'node:assert/strict';
import { hash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Admin, Producer } from '../../src/client/index.ts';
import { createNodePlatform } from '../../src/platform/index.ts';
import { millrace as runMillrace } from '../cli/run-millrace.ts';
import { ApacheKafkaProcess } from '../support/apache-kafka-process.ts';
import { BrokerProcess } from '../support/broker-process.ts';
import { findKafkaJars } from '../support/programs.ts';
import { readTopic } from '../support/read-topic.ts';

const jars = await findKafkaJars();
const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
const PARTITIONS = 3;
/** Of a kilobyte each, so that a partition has several segments. */
const RECORDS = 9000;
const VALUE_BYTES = 768;
const SEGMENT_BYTES = '1048576';
const GROUP = 'readers';

describe('a data directory', { skip: 'missing' in jars ? jars.missing : false }, () => {
  it('of Apache Kafka opens in Millrace, with all that is in it, and then in Apache Kafka again', async () => {
    await using kafka = await ApacheKafkaProcess.start();
    const first = await fill(kafka.bootstrap);
    await kafka.stop();

    await verify(kafka.directory);
    await using millrace = await BrokerProcess.start([], { directory: kafka.directory });
    assert.deepEqual(await contentOf(millrace.bootstrap), first);
    const second = await goOn(millrace.bootstrap, 2);
    assert.equal(await millrace.stop(), 0);

    await kafka.startAgain();
    assert.deepEqual(await contentOf(kafka.bootstrap), second);
    await goOn(kafka.bootstrap, 3);
  });

  it('of Millrace opens in Apache Kafka, with all that is in it, and then in Millrace again', async () => {
    await using millrace = await BrokerProcess.start();
    const first = await fill(millrace.bootstrap);
    assert.equal(await millrace.stop(), 0);

    await using kafka = await ApacheKafkaProcess.start([], { directory: millrace.directory });
    assert.deepEqual(await contentOf(kafka.bootstrap), first);
    const second = await goOn(kafka.bootstrap, 2);
    await kafka.stop();

    await verify(millrace.directory);
    await millrace.startAgain();
    assert.deepEqual(await contentOf(millrace.bootstrap), second);
    await goOn(millrace.bootstrap, 3);
  });
});

async function verify(directory: string): Promise<void> {
  const { exitCode, stdout, stderr } = await runMillrace(['log', 'verify', join(directory, 'data')]);
  assert.equal(exitCode, 0, `${stdout}${stderr}`);
}

/** Topics, records and offsets on an empty broker. */
async function fill(bootstrap: string) {
  await createTopics(bootstrap);
  await commit(bootstrap);
  return goOn(bootstrap, 1);
}

/** Writes as much again as before, and resolves to what is there then. */
async function goOn(bootstrap: string, round: number) {
  await writeEverywhere(bootstrap, `round ${round}`);
  const content = await contentOf(bootstrap);
  assert.equal(content.plain.length, round * RECORDS);
  assert.equal(content.transactions.length, round);
  return content;
}

function client(bootstrap: string) {
  return { bootstrapServers: bootstrap, platform: createNodePlatform() };
}

async function createTopics(bootstrap: string): Promise<void> {
  await using admin = new Admin(client(bootstrap));
  const configs = { 'segment.bytes': SEGMENT_BYTES };
  const created = await admin.createTopics([
    { name: 'plain', numPartitions: PARTITIONS, replicationFactor: 1, configs },
    { name: 'transactions', numPartitions: 1, replicationFactor: 1 },
    { name: 'keyed', numPartitions: 1, replicationFactor: 1, configs: { 'cleanup.policy': 'compact' } },
  ]);
  for (const { error } of created) if (error) throw error;
}

async function writeEverywhere(bootstrap: string, name: string): Promise<void> {
  for (const compression of COMPRESSIONS) {
    await using producer = new Producer({ ...client(bootstrap), compression });
    const count = RECORDS / COMPRESSIONS.length;
    const sent = Array.from({ length: count }, (_, index) =>
      producer.send({ topic: 'plain', key: `${name}-${index}`, value: randomBytes(VALUE_BYTES).toString('base64') }),
    );
    await Promise.all(sent);
    await producer.send({ topic: 'keyed', key: compression, value: name });
  }
  await using producer = new Producer({ ...client(bootstrap), transactionalId: 'writer' });
  await producer.transaction((transaction) => transaction.send({ topic: 'transactions', value: `${name} committed` }));
  await using transaction = await producer.begin();
  await transaction.send({ topic: 'transactions', value: `${name} aborted` });
  await transaction.abort();
}

async function commit(bootstrap: string): Promise<void> {
  await using admin = new Admin(client(bootstrap));
  const offsets = Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: 'plain', partition, offset: 500n }));
  await admin.alterGroupOffsets(GROUP, offsets);
}

/** What stays the same when it is read from another broker. */
async function contentOf(bootstrap: string) {
  await using admin = new Admin(client(bootstrap));
  const read = async (topic: string, partitions: number) => {
    const lines: string[] = [];
    await readTopic({ bootstrap, admin, topic, partitions, readCommitted: true }, (partition, record) => {
      lines.push(`${partition} ${record.offset} ${record.timestamp} ${record.key} ${hash('sha1', record.value ?? '')}`);
    });
    return lines.sort();
  };
  const committed = await admin.listGroupOffsets(GROUP);
  return {
    plain: await read('plain', PARTITIONS),
    transactions: await read('transactions', 1),
    keyed: await read('keyed', 1),
    committed: committed.toSorted((a, b) => a.partition - b.partition),
  };
}
