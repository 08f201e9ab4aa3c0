import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogRecord } from '../../coordinator/index.ts';
import { type Disk, ManualClock, MemoryDisk, systemError } from '../../platform/index.ts';
import { iterateBatches, readControlRecordType, readRecords } from '../../protocol/index.ts';
import { silentLogger } from '../../telemetry/index.ts';
import { crashingDisk, failingDisk } from '../test-fixtures.ts';
import { DiskMetadataLog } from './disk-metadata-log.ts';

const DIRECTORY = '/data/__cluster_metadata-0';
const SEGMENT = `${DIRECTORY}/00000000000000000000.log`;
/** Leader, version and voters: what the first start of all writes. */
const FIRST_OFFSET = 3n;

function open(disk: Disk, onFailure?: (error: Error) => void): Promise<DiskMetadataLog> {
  return DiskMetadataLog.open({
    disk,
    clock: new ManualClock(),
    logger: silentLogger,
    directory: DIRECTORY,
    voter: { nodeId: 1, directoryId: 'FFFFFFFFFFFFFFFFFFFFFg' },
    ...(onFailure && { onFailure }),
  });
}

function records(...values: string[]): LogRecord[] {
  return values.map((value) => ({ key: null, value: Buffer.from(value) }));
}

async function contentOf(log: DiskMetadataLog): Promise<string[]> {
  const found: string[] = [];
  const visitor = { record: ({ value }: LogRecord, offset: bigint) => found.push(`${offset}:${value}`) };
  await log.load(0, visitor, new AbortController().signal);
  return found;
}

async function overwrite(disk: Disk, path: string, content: Buffer): Promise<void> {
  const file = await disk.open(path, { create: true });
  await file.truncate(0);
  await file.write([content], 0);
  await file.close();
}

async function namesOn(disk: Disk): Promise<string[]> {
  return (await disk.list(DIRECTORY)).map(({ name }) => name).sort();
}

test('what was appended is there after a restart, behind the offsets of control records', async () => {
  const disk = new MemoryDisk(new ManualClock());
  const log = await open(disk);
  assert.equal(log.endOffset, FIRST_OFFSET);
  await log.append(0, records('a', 'b'));
  await log.append(0, records('c'));
  assert.equal(log.endOffset, 6n);
  await log.close();
  const reopened = await open(disk);
  assert.deepEqual(await contentOf(reopened), ['3:a', '4:b', '5:c']);
  assert.equal(reopened.endOffset, 7n);
  await reopened.close();
});

test('the name of its directory lasts before the first record is written', async () => {
  const disk = new MemoryDisk(new ManualClock());
  const calls: string[] = [];
  const { syncDirectory, open: openFile } = disk;
  disk.syncDirectory = async (path) => {
    await syncDirectory.call(disk, path);
    calls.push(`sync ${path}`);
  };
  disk.open = (path, options) => {
    if (options?.create === true) calls.push(`create ${path}`);
    return openFile.call(disk, path, options);
  };
  const log = await open(disk);
  const named = calls.indexOf('sync /data');
  assert.ok(named >= 0 && named < calls.indexOf(`create ${SEGMENT}`), calls.join(', '));
  await log.close();
});

test('every start begins an epoch with a leader change record, and the first of all names the voters', async () => {
  const disk = new MemoryDisk(new ManualClock());
  for (const epoch of [1, 2, 3]) {
    const log = await open(disk);
    assert.equal(log.epoch, epoch);
    await log.close();
  }
  const content = await disk.readFile(SEGMENT);
  const types = [...iterateBatches(content)].map((batch) => [
    batch.partitionLeaderEpoch,
    ...[...readRecords(content, batch)].map(({ key }) => readControlRecordType(key)),
  ]);
  assert.deepEqual(types, [
    [1, 'LEADER_CHANGE', 'KRAFT_VERSION', 'KRAFT_VOTERS'],
    [2, 'LEADER_CHANGE'],
    [3, 'LEADER_CHANGE'],
  ]);
});

test('a torn batch at the end is cut off, wherever the crash has torn it', async () => {
  const disk = new MemoryDisk(new ManualClock());
  const log = await open(disk);
  await log.append(0, records('a'));
  const kept = (await disk.readFile(SEGMENT)).length;
  await log.append(0, records('lost'));
  await log.close();
  const content = await disk.readFile(SEGMENT);
  for (let length = kept; length < content.length; length++) {
    const zeros = Buffer.alloc(content.length - length);
    for (const torn of [content.subarray(0, length), Buffer.concat([content.subarray(0, length), zeros])]) {
      // The last byte is a zero anyway: then nothing is torn.
      if (torn.equals(content)) continue;
      const copy = new MemoryDisk(new ManualClock());
      await copy.makeDirectory(DIRECTORY);
      await overwrite(copy, SEGMENT, torn);
      const reopened = await open(copy);
      assert.deepEqual(await contentOf(reopened), ['3:a'], `${length} of ${content.length} bytes`);
      await reopened.append(0, records('b'));
      assert.deepEqual(await contentOf(reopened), ['3:a', '5:b']);
      await reopened.close();
    }
  }
});

test('damage before good batches is reported with its file, and never cut off', async () => {
  const disk = new MemoryDisk(new ManualClock());
  const log = await open(disk);
  const start = (await disk.readFile(SEGMENT)).length;
  await log.append(0, records('aaaa'));
  const end = (await disk.readFile(SEGMENT)).length;
  await log.append(0, records('bbbb'));
  await log.append(0, records('cccc'));
  await log.close();
  const content = await disk.readFile(SEGMENT);
  for (const [what, from, to] of [
    ['a value', content.indexOf('aaaa'), content.indexOf('aaaa') + 1],
    ['a length', start + 11, start + 12],
    ['a batch', start, end],
    ['more than one', start, content.indexOf('bbbb')],
  ] as const) {
    const damaged = Buffer.from(content).fill(0x7a, from, to);
    await overwrite(disk, SEGMENT, damaged);
    await assert.rejects(open(disk), (error: Error) => error.message.includes(SEGMENT), what);
    assert.deepEqual(await disk.readFile(SEGMENT), damaged);
  }
});

test('a snapshot stands for the log before it', async () => {
  const disk = new MemoryDisk(new ManualClock());
  const log = await open(disk);
  await log.append(0, records('a', 'b', 'c'));
  await log.writeSnapshot({ endOffset: log.endOffset, records: records('abc') });
  await log.append(0, records('d'));
  assert.deepEqual(await namesOn(disk), ['00000000000000000006-0000000001.checkpoint', '00000000000000000006.log']);
  assert.deepEqual(await contentOf(log), ['5:abc', '6:d']);
  await log.close();
  const reopened = await open(disk);
  assert.deepEqual(await contentOf(reopened), ['5:abc', '6:d']);
  assert.equal(reopened.epoch, 2);
  await reopened.writeSnapshot({ endOffset: reopened.endOffset, records: records('abcd') });
  assert.deepEqual(await contentOf(reopened), ['7:abcd']);
  assert.deepEqual(await namesOn(disk), ['00000000000000000008-0000000002.checkpoint', '00000000000000000008.log']);
  await reopened.close();
});

test('records behind a snapshot stay when the log went on while it was written', async () => {
  const disk = new MemoryDisk(new ManualClock());
  const log = await open(disk);
  await log.append(0, records('a', 'b'));
  const endOffset = log.endOffset;
  await log.append(0, records('c'));
  await log.writeSnapshot({ endOffset, records: records('ab') });
  assert.deepEqual(await contentOf(log), ['4:ab', '5:c']);
  await log.close();
  const reopened = await open(disk);
  assert.deepEqual(await contentOf(reopened), ['4:ab', '5:c']);
  await reopened.close();
});

test('a snapshot of many records comes back whole', async () => {
  const disk = new MemoryDisk(new ManualClock());
  const log = await open(disk);
  await log.append(0, records('x'));
  const values = Array.from({ length: 5000 }, (_, index) => `${index}-${'v'.repeat(200)}`);
  await log.writeSnapshot({ endOffset: log.endOffset, records: records(...values) });
  assert.deepEqual(
    await contentOf(log),
    values.map((value) => `3:${value}`),
  );
  await log.close();
});

test('the bytes since the snapshot are what a start reads beside it', async () => {
  const disk = new MemoryDisk(new ManualClock());
  const log = await open(disk);
  await log.append(0, records('a'));
  const { size } = (await disk.status(SEGMENT)) ?? assert.fail();
  assert.equal(log.bytesSinceSnapshot, size);
  await log.writeSnapshot({ endOffset: log.endOffset, records: records('a') });
  assert.equal(log.bytesSinceSnapshot, 0);
  await log.append(0, records('b'));
  const appended = log.bytesSinceSnapshot;
  await log.close();
  const reopened = await open(disk);
  assert.ok(reopened.bytesSinceSnapshot > appended);
  await reopened.close();
});

test('a snapshot that was not finished is nothing', async () => {
  const disk = new MemoryDisk(new ManualClock());
  const log = await open(disk);
  await log.append(0, records('a'));
  await log.close();
  await overwrite(disk, `${DIRECTORY}/00000000000000000004-0000000001.checkpoint.part`, Buffer.from('half'));
  const reopened = await open(disk);
  assert.deepEqual(await contentOf(reopened), ['3:a']);
  assert.deepEqual(await namesOn(disk), ['00000000000000000000.log']);
  await reopened.close();
});

test('a damaged snapshot is passed over while the log has everything, and reported when it has not', async () => {
  const disk = new MemoryDisk(new ManualClock());
  const log = await open(disk);
  await log.append(0, records('a'));
  await log.close();
  const snapshot = `${DIRECTORY}/00000000000000000004-0000000001.checkpoint`;
  await overwrite(disk, snapshot, Buffer.alloc(100));
  const second = await open(disk);
  assert.deepEqual(await contentOf(second), ['3:a']);
  await second.writeSnapshot({ endOffset: second.endOffset, records: records('a') });
  await second.close();
  const newest = `${DIRECTORY}/00000000000000000005-0000000002.checkpoint`;
  const whole = await disk.readFile(newest);
  for (const damage of [whole.subarray(0, -1), whole.subarray(0, -75), Buffer.alloc(0)]) {
    await overwrite(disk, newest, damage);
    await assert.rejects(
      open(disk),
      /5\.log: the records from offset 0 before it are missing; .*5-0000000002\.checkpoint is damaged/,
    );
  }
});

test('a log that ends before its snapshot goes on behind it', async () => {
  const disk = new MemoryDisk(new ManualClock());
  const log = await open(disk);
  await log.append(0, records('a', 'b'));
  await log.writeSnapshot({ endOffset: log.endOffset, records: records('ab') });
  await log.close();
  await disk.remove(`${DIRECTORY}/00000000000000000005.log`);
  const reopened = await open(disk);
  assert.equal(reopened.endOffset, 6n);
  await reopened.append(0, records('c'));
  await reopened.close();
  const again = await open(disk);
  assert.deepEqual(await contentOf(again), ['4:ab', '6:c']);
  await again.close();
});

test('a missing segment is reported', async () => {
  const disk = new MemoryDisk(new ManualClock());
  const log = await open(disk);
  await log.append(0, records('a', 'b'));
  const endOffset = log.endOffset - 1n;
  await log.writeSnapshot({ endOffset, records: records('a') });
  await log.close();
  await disk.remove(SEGMENT);
  await assert.rejects(open(disk), /00000000000000000005\.log: the records from offset 4 before it are missing/);
});

test('a crash at any step of a snapshot loses nothing', async () => {
  const first = new MemoryDisk(new ManualClock());
  const log = await open(first);
  await log.append(0, records('a', 'b'));
  await log.writeSnapshot({ endOffset: log.endOffset, records: records('ab') });
  await log.append(0, records('c'));
  await log.close();
  const content = await Promise.all(
    (await namesOn(first)).map(async (name) => ({
      path: `${DIRECTORY}/${name}`,
      bytes: await first.readFile(`${DIRECTORY}/${name}`),
    })),
  );
  let hasFinished = false;
  for (let calls = 0; !hasFinished; calls++) {
    assert.ok(calls < 200);
    const disk = new MemoryDisk(new ManualClock());
    await disk.makeDirectory(DIRECTORY);
    for (const { path, bytes } of content) await overwrite(disk, path, bytes);
    let left = calls;
    try {
      const doomed = await open(crashingDisk(disk, () => left-- <= 0));
      await doomed.append(0, records('d'));
      await doomed.writeSnapshot({ endOffset: doomed.endOffset, records: records('abcd') });
      hasFinished = true;
    } catch (error) {
      assert.equal((error as { cause?: Error }).cause?.message ?? (error as Error).message, 'crashed', String(error));
    }
    const reopened = await open(disk);
    const found = (await contentOf(reopened)).map((line) => line.split(':')[1]).join('');
    assert.match(found, hasFinished ? /^abcd$/ : /^abcd?$/, `after ${calls} calls`);
    await reopened.close();
  }
});

test('a full disk refuses an append and leaves no trace of it, and the log goes on when there is room', async () => {
  let failure: Error | undefined;
  const disk = failingDisk(new MemoryDisk(new ManualClock()), 'write', () => failure);
  const log = await open(disk);
  await log.append(0, records('a'));
  failure = systemError('ENOSPC', 'write', SEGMENT, 'no space left on device');
  await assert.rejects(log.append(0, records('b')), { code: 'ENOSPC' });
  assert.deepEqual(await contentOf(log), ['3:a']);
  failure = undefined;
  await log.append(0, records('c'));
  assert.deepEqual(await contentOf(log), ['3:a', '4:c']);
  await log.close();
});

test('a failed sync is final', async () => {
  let failure: Error | undefined;
  const disk = failingDisk(new MemoryDisk(new ManualClock()), 'sync', () => failure);
  const failures: Error[] = [];
  const log = await open(disk, (error) => failures.push(error));
  failure = systemError('EIO', 'fdatasync', SEGMENT, 'i/o error');
  await assert.rejects(log.append(0, records('a')), { code: 'KAFKA_STORAGE_ERROR' });
  failure = undefined;
  await assert.rejects(log.append(0, records('b')), { code: 'KAFKA_STORAGE_ERROR' });
  await assert.rejects(contentOf(log), { code: 'KAFKA_STORAGE_ERROR' });
  assert.deepEqual(
    failures.map(({ message }) => message),
    [`Cannot sync the metadata log in ${DIRECTORY}`],
  );
  await log.close();
});

test('a closed log refuses, and closing twice is harmless', async () => {
  const log = await open(new MemoryDisk(new ManualClock()));
  await log.close();
  await log.close();
  await assert.rejects(log.append(0, records('a')), { code: 'KAFKA_STORAGE_ERROR' });
});
