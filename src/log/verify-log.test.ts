import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../platform/index.ts';
import { silentLogger } from '../telemetry/index.ts';
import {
  batch,
  DIRECTORY,
  headersOf,
  marker,
  openLog,
  readAll,
  type TestWorld,
  testConfig,
  testWorld,
} from './log-fixture.ts';
import { repairLog } from './repair-log.ts';
import { verifyLog } from './verify-log.ts';

const config = testConfig({ 'segment.bytes': 900, 'index.interval.bytes': 100 });

async function closedLog(): Promise<{ world: TestWorld; batches: Buffer[] }> {
  const world = testWorld();
  const log = await openLog(world, { config });
  const batches: Buffer[] = [];
  for (let index = 0; index < 20; index++) {
    const offset = log.logEndOffset;
    const bytes =
      index % 5 === 4
        ? marker('ABORT', offset, 1n)
        : batch({ offset, count: 2, producerId: 1n, producerEpoch: 0, baseSequence: index * 2, isTransactional: true });
    batches.push(bytes);
    log.append(bytes);
    await log.write();
  }
  await log.close();
  return { world, batches };
}

async function change(world: TestWorld, name: string, edit: (bytes: Buffer) => Buffer): Promise<void> {
  const path = `${DIRECTORY}/${name}`;
  const changed = edit(Buffer.from(await world.disk.readFile(path)));
  const file = await world.disk.open(path);
  await file.truncate(0);
  await file.write([changed], 0);
  await file.close();
}

function repair(world: TestWorld, problems: Awaited<ReturnType<typeof verifyLog>>['problems']) {
  return repairLog({
    ...world,
    random: new SeededRandom(1),
    logger: silentLogger,
    directory: DIRECTORY,
    topic: 'orders',
    partition: 0,
    topicId: 'AAAAAAAAAAAAAAAAAAAAAQ',
    logStartOffset: 0n,
    problems,
  });
}

const flip = (at: number) => (bytes: Buffer) => {
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  return bytes;
};

test('a closed log has nothing wrong, and verifying it changes nothing', async () => {
  const { world, batches } = await closedLog();
  const before = await world.disk.list(DIRECTORY);
  const verified = await verifyLog(world.disk, DIRECTORY);
  assert.deepEqual(verified.problems, []);
  assert.equal(verified.batches, batches.length);
  assert.equal(verified.bytes, Buffer.concat(batches).length);
  assert.ok(verified.segments > 2);
  assert.deepEqual(await world.disk.list(DIRECTORY), before);
});

test('a log whose first segments are gone has nothing wrong: its producers go on from a snapshot', async () => {
  const { world } = await closedLog();
  const log = await openLog(world, { config: { ...config, 'retention.bytes': 1000 }, wasCleanlyStopped: true });
  assert.ok((await log.deleteOldSegments(0, log.logEndOffset)) > 0);
  await log.close();
  assert.deepEqual((await verifyLog(world.disk, DIRECTORY)).problems, []);
});

test('a damaged batch is named by file and byte, and a repair costs that batch alone', async () => {
  const { world, batches } = await closedLog();
  const size = batches[0]?.length ?? 0;
  await change(world, '00000000000000000000.log', flip(size + 70));
  const { problems } = await verifyLog(world.disk, DIRECTORY);
  const [problem] = problems;
  assert.equal(problem?.kind, 'damaged');
  assert.equal(problem.path, `${DIRECTORY}/00000000000000000000.log`);
  assert.equal(problem.position, size);

  const { originals } = await repair(world, problems);
  assert.deepEqual(originals, [`${problem.path}.damaged`]);
  assert.deepEqual((await verifyLog(world.disk, DIRECTORY)).problems, []);
  const log = await openLog(world, { config, wasCleanlyStopped: true, recoveryPoint: 0n });
  const expected = batches.filter((_, index) => index !== 1);
  assert.deepEqual(await readAll(log), Buffer.concat(expected));
  assert.equal(headersOf(await readAll(log)).length, batches.length - 1);
});

test('a torn end is told from damage', async () => {
  const { world } = await closedLog();
  const last = (await world.disk.list(DIRECTORY))
    .map(({ name }) => name)
    .filter((name) => name.endsWith('.log'))
    .sort()
    .at(-1);
  assert.ok(last);
  await change(world, last, (bytes) => bytes.subarray(0, -3));
  const { problems } = await verifyLog(world.disk, DIRECTORY);
  assert.deepEqual(
    problems.filter(({ path }) => path.endsWith('.log')).map(({ kind }) => kind),
    ['torn'],
  );
  await repair(world, problems);
  assert.deepEqual((await verifyLog(world.disk, DIRECTORY)).problems, []);
});

test('a wrong index, snapshot or checkpoint is found, and made anew by a repair without loss', async () => {
  const { world: clean } = await closedLog();
  const names = (await clean.disk.list(DIRECTORY)).map(({ name }) => name).filter((name) => !name.endsWith('.log'));
  assert.ok(names.length > 8);
  for (const name of names) {
    const { world, batches } = await closedLog();
    const { length } = await world.disk.readFile(`${DIRECTORY}/${name}`);
    if (length === 0) continue;
    await change(world, name, (bytes) => bytes.subarray(0, -1));
    // A text may end without its last character and still say the same.
    const { problems } = await verifyLog(world.disk, DIRECTORY);
    if (!name.includes('epoch'))
      assert.deepEqual(
        problems.map(({ path, kind }) => [path, kind]),
        [[`${DIRECTORY}/${name}`, 'derived']],
      );
    await repair(world, problems);
    assert.deepEqual((await verifyLog(world.disk, DIRECTORY)).problems, [], name);
    const log = await openLog(world, { config, wasCleanlyStopped: true });
    assert.deepEqual(await readAll(log), Buffer.concat(batches), name);
  }
});

test('a transaction index that is gone, or lost an entry, is found and made anew', async () => {
  const { world: clean } = await closedLog();
  const names = (await clean.disk.list(DIRECTORY)).map(({ name }) => name).filter((name) => name.endsWith('.txnindex'));
  assert.ok(names.length > 1);
  for (const name of names) {
    for (const length of [undefined, 0]) {
      const { world } = await closedLog();
      const path = `${DIRECTORY}/${name}`;
      if (length === undefined) await world.disk.remove(path);
      else await change(world, name, (bytes) => bytes.subarray(0, length));
      const { problems } = await verifyLog(world.disk, DIRECTORY);
      assert.deepEqual(
        problems.map(({ path, kind }) => [path, kind]),
        [[path, 'derived']],
      );
      assert.match(problems[0]?.reason ?? '', /aborted at offset \d+ is not in it/);
      await repair(world, problems);
      assert.deepEqual(await world.disk.readFile(path), await clean.disk.readFile(path));
      assert.deepEqual((await verifyLog(world.disk, DIRECTORY)).problems, []);
    }
  }
});
