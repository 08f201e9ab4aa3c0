import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock, MemoryDisk, MemoryNetwork, type Platform, SeededRandom } from '../../platform/index.ts';
import {
  encodeBatch,
  encodeEndTransactionBatch,
  encodeMetadataRecord,
  encodeRecordKey,
  encodeRecordValue,
  METADATA_RECORDS,
  offsetCommitRecord,
} from '../../protocol/index.ts';
import { encodeGroup, groupBytes, journalFile } from '../../storage/index.ts';
import { runCli } from '../testing/run-cli.ts';

const SEGMENT = '00000000000000000000';

async function platformWith(files: Readonly<Record<string, Buffer>>): Promise<Platform> {
  const disk = new MemoryDisk(new ManualClock());
  for (const [path, content] of Object.entries(files)) {
    await disk.makeDirectory(path.slice(0, path.lastIndexOf('/')));
    const file = await disk.open(path, { create: true });
    await file.write([content], 0);
    await file.close();
  }
  return { disk, clock: new ManualClock(), network: new MemoryNetwork(), random: new SeededRandom(1) };
}

function batch(baseOffset: bigint, values: readonly string[], compression: 'none' | 'zstd' = 'none'): Buffer {
  const records = values.map((value) => ({
    timestamp: 1_700_000_000_000n,
    key: Buffer.from('k'),
    value: Buffer.from(value),
  }));
  return encodeBatch({ baseOffset, compression, records, partitionLeaderEpoch: 0 });
}

/** An offset index with room behind its entries, as Apache Kafka leaves it. */
function offsetIndex(...entries: (readonly [offset: number, position: number])[]): Buffer {
  const bytes = Buffer.alloc(entries.length * 8 + 64);
  for (const [index, [offset, position]] of entries.entries()) {
    bytes.writeInt32BE(offset, index * 8);
    bytes.writeInt32BE(position, index * 8 + 4);
  }
  return bytes;
}

async function dump(files: Readonly<Record<string, Buffer>>, ...args: string[]) {
  return runCli(['log', 'dump', ...args], { platform: await platformWith(files) });
}

test('batches are shown by line, records when they are asked for', async () => {
  const files = { [`/data/orders-0/${SEGMENT}.log`]: Buffer.concat([batch(0n, ['a', 'b'], 'zstd'), batch(2n, ['c'])]) };
  const plain = await dump(files, '/data/orders-0');
  assert.equal(plain.exitCode, 0);
  assert.match(
    plain.stdout,
    /^ {2}0\.\.1 {2}2 records {2}\d+ bytes at 0 {2}zstd {2}2023-11-14T22:13:20\.000Z {2}epoch 0$/m,
  );
  assert.match(plain.stdout, /^ {2}2 {2}1 record /m);
  const full = await dump(files, '/data/orders-0', '--records');
  assert.match(full.stdout, /^ {4}1 {2}2023-11-14T22:13:20\.000Z {2}k {2}b$/m);
});

test('--json gives an object a line', async () => {
  const files = { [`/data/orders-0/${SEGMENT}.log`]: batch(0n, ['a']) };
  const { stdout } = await dump(files, '/data/orders-0', '-r', '--json');
  const entries = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    entries.map(({ kind }) => kind),
    ['file', 'batch', 'record'],
  );
  assert.equal(entries[1].isValid, true);
  assert.deepEqual([entries[2].offset, entries[2].key, entries[2].value], [0, 'k', 'a']);
});

test('batches can be picked by offset and number', async () => {
  const files = {
    [`/data/orders-0/${SEGMENT}.log`]: Buffer.concat([batch(0n, ['a', 'b']), batch(2n, ['c']), batch(3n, ['d'])]),
  };
  const { stdout } = await dump(files, '/data/orders-0', '-r', '--from-offset', '2', '--max-batches', '1', '--json');
  const offsets = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .flatMap(({ kind, offset }) => (kind === 'record' ? [offset] : []));
  assert.deepEqual(offsets, [2]);
});

test('records of internal topics are decoded by the name of the directory', async () => {
  const key = encodeRecordKey(offsetCommitRecord, { group: 'g', topic: 'orders', partition: 3 });
  const value = encodeRecordValue(offsetCommitRecord, 1, {
    offset: 5n,
    metadata: '',
    commitTimestamp: 6n,
    expireTimestamp: 7n,
  });
  const metadata = encodeMetadataRecord(METADATA_RECORDS[12], 0, { name: 'group.version', featureLevel: 1 });
  const { stdout } = await dump(
    {
      [`/data/__consumer_offsets-1/${SEGMENT}.log`]: encodeBatch({
        records: [
          { timestamp: 1n, key, value },
          { timestamp: 1n, key, value: null },
        ],
      }),
      [`/data/__cluster_metadata-0/${SEGMENT}.log`]: encodeBatch({
        records: [{ timestamp: 1n, key: null, value: metadata }],
      }),
    },
    '/data',
    '-r',
  );
  assert.match(stdout, /OffsetCommit {2}\{"group":"g","topic":"orders","partition":3\} {2}\{"offset":5,/);
  assert.match(stdout, /OffsetCommit {2}\{"group":"g".*\} {2}null$/m);
  assert.match(stdout, /FeatureLevelRecord {2}\{"name":"group\.version","featureLevel":1\}/);
});

test('markers of transactions are named', async () => {
  const marker = encodeEndTransactionBatch({
    type: 'ABORT',
    coordinatorEpoch: 4,
    producerId: 7n,
    producerEpoch: 0,
    timestamp: 1n,
  });
  const { stdout } = await dump({ [`/data/orders-0/${SEGMENT}.log`]: marker }, '/data/orders-0', '-r');
  assert.match(stdout, /producer 7\/0 .*transactional {2}control/);
  assert.match(stdout, /ABORT {2}\{"coordinatorEpoch":4\}/);
});

test('a record that its decoder cannot read is shown as it is', async () => {
  const files = { [`/data/__consumer_offsets-1/${SEGMENT}.log`]: batch(0n, ['a']) };
  const { exitCode, stdout } = await dump(files, '/data', '-r');
  assert.equal(exitCode, 0);
  assert.match(stdout, / k {2}a$/m);
});

test('a wrong byte, a cut off batch and offsets that fall are damage, and the exit code says so', async () => {
  const wrong = batch(0n, ['value']);
  wrong[wrong.length - 2] = 0;
  for (const [bytes, reason] of [
    [wrong, /DAMAGED: the batch at offset 0, byte 0: .*CRC/i],
    [Buffer.concat([batch(0n, ['a']), batch(1n, ['b']).subarray(0, 65)]), /DAMAGED: .*has 65 left/],
    [
      Buffer.concat([batch(5n, ['a']), batch(2n, ['b'])]),
      /DAMAGED: the batch at byte \d+ begins at offset 2, the one before ended at 5/,
    ],
  ] as const) {
    const { exitCode, stdout, stderr } = await dump({ [`/data/orders-0/${SEGMENT}.log`]: bytes }, '/data', '--check');
    assert.equal(exitCode, 1);
    assert.match(stdout, reason);
    assert.match(stdout, /^\/data\/orders-0\/0+\.log /);
    assert.match(stderr, /1 place is damaged in 1 file/);
  }
});

test('an offset index is held against its segment, and room behind it is no entry', async () => {
  const first = batch(0n, ['a']);
  const log = Buffer.concat([first, batch(1n, ['b', 'c'])]);
  const good = { [`/data/o-0/${SEGMENT}.log`]: log, [`/data/o-0/${SEGMENT}.index`]: offsetIndex([2, first.length]) };
  const shown = await dump(good, `/data/o-0/${SEGMENT}.index`);
  assert.equal(shown.exitCode, 0);
  assert.deepEqual(shown.stdout.trimEnd().split('\n').slice(1), [`  offset 2  position ${first.length}`]);
  const bad = { ...good, [`/data/o-0/${SEGMENT}.index`]: offsetIndex([1, first.length], [2, 3]) };
  const damaged = await dump(bad, '/data/o-0', '--check');
  assert.equal(damaged.exitCode, 1);
  assert.match(damaged.stdout, /offset 1 points to byte \d+, where a batch ends with offset 2/);
  assert.match(damaged.stdout, /offset 2 points to byte 3, where no batch begins/);
});

test('a snapshot that was not written whole is damage, text files are shown', async () => {
  const { exitCode, stdout } = await dump(
    {
      [`/data/o-0/${SEGMENT}.snapshot`]: Buffer.from([0, 1, 2]),
      '/data/o-0/leader-epoch-checkpoint': Buffer.from('0\n1\n0 0\n'),
    },
    '/data/o-0',
  );
  assert.equal(exitCode, 1);
  assert.match(stdout, /DAMAGED: it has 3 bytes/);
  assert.match(stdout, /leader-epoch-checkpoint {2}text, 8 bytes\n {2}0\n {2}1\n {2}0 0\n/);
});

test('what is not there, and what is no file of a log, is an error', async () => {
  const files = { '/data/notes.txt': Buffer.from('x') };
  assert.match((await dump(files, '/absent')).stderr, /Cannot dump \/absent: there is no such file or directory/);
  assert.match((await dump(files, '/data/notes.txt')).stderr, /Cannot dump \/data\/notes\.txt: its name is not one/);
  assert.match((await dump(files, '/data')).stderr, /there are no files of a log in it/);
});

test('a file of the journal tells the batches of its groups, whose they are, and what is damaged before good ones', async () => {
  const topicId = 'AAAAAAAAAAAAAAAAAAAAAQ';
  const { path, salt } = journalFile('/data', 7n, Buffer.from('saltsalt'));
  const groups = [0n, 1n, 2n].map((offset, index) => {
    const entries = [0, 1].map((partition) => ({ topicId, partition, batches: [batch(offset, ['a'])] }));
    const group = Buffer.alloc(groupBytes(entries));
    encodeGroup(group, { salt, index }, entries);
    return group;
  });
  const whole = await dump({ [path]: Buffer.concat([...groups, Buffer.alloc(8192)]) }, '/data');
  assert.equal(whole.exitCode, 0);
  assert.match(whole.stdout, /\.journal {2}journal, /);
  const lines = whole.stdout.split('\n').filter((line) => line.includes(`topicId ${topicId}`));
  assert.equal(lines.length, 6);
  assert.match(lines[5] ?? '', /partition 1 {2}baseOffset 2 {2}lastOffset 2 {2}records 1 {2}bytes \d+ {2}position \d+/);
  groups[1]?.writeUInt8(0xff, 60);
  const damaged = await dump({ [path]: Buffer.concat(groups) }, path);
  assert.equal(damaged.exitCode, 1);
  assert.match(damaged.stdout, /DAMAGED: bytes 4096 to 8192 are no group/);
});
