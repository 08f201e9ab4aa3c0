// A header of a batch is what leads past it. One that is damaged must not hide the batch from those who look for what it holds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogCorruptError } from './log-error.ts';
import { batch, DIRECTORY, headersOf, openLog, readAll, testConfig, testWorld } from './log-fixture.ts';

const COUNT = 3;
/** Base offset and leader epoch have no checksum; the others do, or a size that has to fit. */
const HEADER_BYTES = [8, 9, 10, 11, ...Array.from({ length: 45 }, (_, index) => 16 + index)];
/** The batch that changes. */
const DAMAGED = 3n;

test('whatever bit of the header of a batch changes, who reads its offsets is told where', async () => {
  for (const at of HEADER_BYTES) {
    for (let bit = 0; bit < 8; bit++) {
      const what = `byte ${at}, bit ${bit}`;
      const { log, path, position } = await openWithChange(at, bit);
      for (let offset = DAMAGED * 3n; offset < (DAMAGED + 1n) * 3n; offset++) {
        await assert.rejects(
          log.read(offset, 1 << 20, log.writtenEndOffset, true),
          (error) =>
            error instanceof LogCorruptError && error.message.includes(`${path} is corrupt at byte ${position}`),
          `${what}: ${offset} is read`,
        );
      }
      const { records } = await log.read(0n, 1 << 20, log.writtenEndOffset, true);
      assert.equal(headersOf(records).length, Number(DAMAGED), `${what}: what is before`);
      await log.closeAbruptly();
    }
  }
});

test('the offsets that compaction has left out are no damage', async () => {
  const world = testWorld();
  const log = await openLog(world);
  const batches = [0n, 7n].map((offset) => batch({ offset }));
  for (const bytes of batches) log.append(bytes);
  await log.write();
  assert.deepEqual((await log.read(4n, 1 << 20, log.writtenEndOffset, true)).records, batches[1]);
  assert.deepEqual(await readAll(log), Buffer.concat(batches));
  await log.close();
});

async function openWithChange(at: number, bit: number) {
  const world = testWorld();
  const log = await openLog(world, { config: testConfig({ 'index.interval.bytes': 100 }) });
  for (let index = 0; index < 6; index++) log.append(batch({ offset: log.logEndOffset, count: COUNT }));
  await log.write();
  await log.close();
  const path = `${DIRECTORY}/00000000000000000000.log`;
  const content = await world.disk.readFile(path);
  const size = headersOf(content)[0]?.sizeInBytes ?? 0;
  const position = Number(DAMAGED) * size;
  const byte = content[position + at] ?? 0;
  const file = await world.disk.open(path);
  await file.write([Buffer.from([byte ^ (1 << bit)])], position + at);
  await file.close();
  return { log: await openLog(world, { wasCleanlyStopped: true }), path, position };
}
