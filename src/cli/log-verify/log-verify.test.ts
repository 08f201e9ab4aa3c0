import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock, MemoryDisk, MemoryNetwork, type Platform, SeededRandom } from '../../platform/index.ts';
import { encodeBatch } from '../../protocol/index.ts';
import { encodeGroup, groupBytes, journalFile } from '../../storage/index.ts';
import { runCli } from '../testing/run-cli.ts';

const LOG = '/data/orders-0/00000000000000000000.log';
const METADATA = Buffer.from('version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ');

function batch(baseOffset: bigint): Buffer {
  return encodeBatch({
    baseOffset,
    records: [{ timestamp: 1_700_000_000_000n, key: null, value: Buffer.from(`value ${baseOffset}`) }],
    partitionLeaderEpoch: 0,
  });
}

const batches = [batch(0n), batch(1n), batch(2n)];
const size = batches[0]?.length ?? 0;

async function platformWith(log: Buffer): Promise<Platform> {
  const clock = new ManualClock();
  const disk = new MemoryDisk(clock);
  await disk.makeDirectory('/data/orders-0');
  for (const [path, content] of [
    [LOG, log],
    ['/data/orders-0/partition.metadata', METADATA],
  ] as const) {
    const file = await disk.open(path, { create: true });
    await file.write([content], 0);
    await file.close();
  }
  return { disk, clock, network: new MemoryNetwork(), random: new SeededRandom(1) };
}

function damagedAt(index: number): Buffer {
  const bytes = Buffer.concat(batches);
  bytes[index * size + 65] = 0xff;
  return bytes;
}

const damaged = () => damagedAt(1);

test('verify says that nothing is wrong, and ends with 0', async () => {
  const platform = await platformWith(Buffer.concat(batches));
  const { exitCode, stdout } = await runCli(['log', 'verify', '/data'], { platform });
  assert.equal(stdout, '1 partition with 3 batches: nothing is wrong\n');
  assert.equal(exitCode, 0);
});

test('verify names file and byte of damage, and ends with 1', async () => {
  const platform = await platformWith(damaged());
  const { exitCode, stdout, stderr } = await runCli(['log', 'verify', '/data/orders-0'], { platform });
  assert.match(stdout, new RegExp(`^damaged  ${LOG}, byte ${size}: the CRC`));
  assert.match(stderr, /1 problem in 1 partition/);
  assert.equal(exitCode, 1);
  const json = await runCli(['log', 'verify', '/data', '--json'], { platform });
  assert.equal(JSON.parse(json.stdout)[0].problems[0].position, size);
});

test('repair does nothing until it is told to, and then takes out the damage alone', async () => {
  const platform = await platformWith(damaged());
  const asked = await runCli(['log', 'repair', '/data'], { platform });
  assert.equal(asked.exitCode, 1);
  assert.match(asked.stderr, /--yes/);
  assert.deepEqual(await platform.disk.readFile(LOG), damaged());

  const done = await runCli(['log', 'repair', '/data', '--yes'], { platform });
  assert.equal(done.stderr, '');
  assert.equal(done.exitCode, 0);
  assert.deepEqual(await platform.disk.readFile(LOG), Buffer.concat([batch(0n), batch(2n)]));
  assert.deepEqual(await platform.disk.readFile(`${LOG}.damaged`), damaged());
  assert.equal((await runCli(['log', 'verify', '/data'], { platform })).exitCode, 0);
});

test('repair puts what the journal has behind a damaged end behind what is left of the segments', async () => {
  const platform = await platformWith(damagedAt(2));
  const { disk } = platform;
  const place = { salt: Buffer.alloc(8, 7), index: 0 };
  const topicId = 'AAAAAAAAAAAAAAAAAAAAAQ';
  const entries = [
    { topicId, partition: 1, batches: [batch(0n)] },
    { topicId, partition: 0, batches: [batch(3n), batch(4n)] },
  ];
  const group = Buffer.alloc(groupBytes(entries));
  encodeGroup(group, place, entries);
  const journal = await disk.open(journalFile('/data', 1n, place.salt).path, { create: true });
  await journal.write([group], 0);
  await journal.close();

  const { exitCode, stdout } = await runCli(['log', 'verify', '/data'], { platform });
  assert.equal(exitCode, 1);
  assert.match(stdout, new RegExp(`^torn {5}${LOG}, byte ${2 * size}:`, 'm'));
  assert.match(
    stdout,
    /^missing {2}\/data\/millrace-.*orders-0 goes on here, and its records from 2 to 2 are neither/m,
  );
  assert.equal((await runCli(['log', 'repair', '/data', '--yes'], { platform })).stderr, '');
  assert.deepEqual(await disk.readFile(LOG), Buffer.concat([batch(0n), batch(1n), batch(3n), batch(4n)]));
  assert.equal((await runCli(['log', 'verify', '/data'], { platform })).exitCode, 0);
});

test('repair keeps its hands off a directory that a broker uses', async () => {
  const platform = await platformWith(damaged());
  await platform.disk.lock('/data', '.lock');
  const { exitCode, stderr } = await runCli(['log', 'repair', '/data', '--yes'], { platform });
  assert.equal(exitCode, 1);
  assert.match(stderr, /another broker holds the lock/);
});
