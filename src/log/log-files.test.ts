// The small files beside the segments: their text is Apache Kafka's.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ManualClock, MemoryDisk } from '../platform/index.ts';
import {
  CorruptCheckpointError,
  readLeaderEpochCheckpoint,
  readOffsetCheckpoint,
  replaceLeaderEpochCheckpoint,
  writeOffsetCheckpoint,
} from './checkpoint-file.ts';
import { readCleanShutdown, removeCleanShutdown, writeCleanShutdown } from './clean-shutdown.ts';
import { readMetaProperties, writeMetaProperties } from './meta-properties.ts';
import { readPartitionMetadata } from './partition-metadata.ts';

async function diskWith(files: Record<string, string> = {}): Promise<MemoryDisk> {
  const disk = new MemoryDisk(new ManualClock());
  await disk.makeDirectory('/data');
  for (const [name, text] of Object.entries(files)) {
    const file = await disk.open(`/data/${name}`, { create: true });
    await file.write([Buffer.from(text)], 0);
    await file.close();
  }
  return disk;
}

const textOf = async (disk: MemoryDisk, name: string) => String(await disk.readFile(`/data/${name}`));

describe('an offset checkpoint', () => {
  test('has a line for each partition', async () => {
    const disk = await diskWith();
    const offsets = [
      { topic: 'orders', partition: 0, offset: 5n },
      { topic: 'a.b-c', partition: 12, offset: 2n ** 60n },
    ];
    await writeOffsetCheckpoint(disk, '/data/recovery-point-offset-checkpoint', offsets);
    assert.equal(
      await textOf(disk, 'recovery-point-offset-checkpoint'),
      '0\n2\norders 0 5\na.b-c 12 1152921504606846976\n',
    );
    assert.deepEqual(await readOffsetCheckpoint(disk, '/data/recovery-point-offset-checkpoint'), offsets);
  });

  test('that is missing or empty is one without partitions', async () => {
    const disk = await diskWith({ empty: '' });
    assert.deepEqual(await readOffsetCheckpoint(disk, '/data/missing'), []);
    assert.deepEqual(await readOffsetCheckpoint(disk, '/data/empty'), []);
  });

  test('that is not whole is refused', async () => {
    for (const text of ['1\n0\n', '0\n2\na 0 1\n', '0\n1\na 0\n', '0\nx\n', '\0\0\0\0']) {
      const disk = await diskWith({ bad: text });
      await assert.rejects(readOffsetCheckpoint(disk, '/data/bad'), CorruptCheckpointError);
    }
  });
});

test('a leader epoch checkpoint has a line for each epoch', async () => {
  const disk = await diskWith();
  const entries = [
    { leaderEpoch: 0, startOffset: 0n },
    { leaderEpoch: 3, startOffset: 17n },
  ];
  await replaceLeaderEpochCheckpoint(disk, '/data/leader-epoch-checkpoint', entries);
  assert.equal(await textOf(disk, 'leader-epoch-checkpoint'), '0\n2\n0 0\n3 17\n');
  assert.deepEqual(await readLeaderEpochCheckpoint(disk, '/data/leader-epoch-checkpoint'), entries);
});

test('the mark of a clean shutdown holds the broker epoch and is used up', async () => {
  const disk = await diskWith();
  assert.equal(await readCleanShutdown(disk, '/data'), undefined);
  await writeCleanShutdown(disk, '/data', 13n);
  assert.equal(await textOf(disk, '.kafka_cleanshutdown'), '{"version":0,"brokerEpoch":13}');
  assert.deepEqual(await readCleanShutdown(disk, '/data'), { brokerEpoch: 13n });
  await removeCleanShutdown(disk, '/data');
  assert.equal(await readCleanShutdown(disk, '/data'), undefined);
  assert.deepEqual(await readCleanShutdown(await diskWith({ '.kafka_cleanshutdown': '' }), '/data'), {
    brokerEpoch: -1n,
  });
});

test('meta.properties names cluster, node and directory', async () => {
  const disk = await diskWith();
  assert.equal(await readMetaProperties(disk, '/data'), undefined);
  const properties = { clusterId: 'SpyyUirkTBCsaqRwttHEKw', nodeId: 1, directoryId: 'mcwDtjgWRWK5KJF5j5tmkg' };
  await writeMetaProperties(disk, '/data', properties);
  assert.deepEqual(await readMetaProperties(disk, '/data'), properties);
  const ofKafka =
    '#\n#Sat Nov 21 09:51:51 UTC 2026\nnode.id=1\ndirectory.id=mcwDtjgWRWK5KJF5j5tmkg\nversion=1\ncluster.id=SpyyUirkTBCsaqRwttHEKw\n';
  assert.deepEqual(await readMetaProperties(await diskWith({ 'meta.properties': ofKafka }), '/data'), properties);
  for (const text of ['version=0\nbroker.id=1\n', 'version=1\nnode.id=1\n', 'version=1\ncluster.id=x\nnode.id=one\n']) {
    await assert.rejects(
      readMetaProperties(await diskWith({ 'meta.properties': text }), '/data'),
      /Cannot read \/data\/meta.properties/,
    );
  }
  for (let end = 1; end < ofKafka.length; end++) {
    const cut = await diskWith({ 'meta.properties': ofKafka.slice(0, end) });
    await assert.rejects(
      readMetaProperties(cut, '/data'),
      /Cannot read \/data\/meta.properties/,
      `cut to ${end} bytes`,
    );
  }
});

test('partition.metadata names the topic, unless it was torn', async () => {
  const read = async (text: string) => readPartitionMetadata(await diskWith({ 'partition.metadata': text }), '/data');
  assert.equal(await read('version: 0\ntopic_id: mcwDtjgWRWK5KJF5j5tmkg'), 'mcwDtjgWRWK5KJF5j5tmkg');
  assert.equal(await read('version: 0\ntopic_id: mcwDtjgWRWK5KJF5j5tmkg\n'), 'mcwDtjgWRWK5KJF5j5tmkg');
  assert.equal(await read('version: 0\ntopic_id: mcwDtj'), undefined);
  assert.equal(await read('version: 9\ntopic_id: mcwDtjgWRWK5KJF5j5tmkg'), undefined);
  assert.equal(await readPartitionMetadata(await diskWith(), '/data'), undefined);
});
