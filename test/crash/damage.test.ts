// Files of one partition are cut, changed and removed between two runs of the process: what it still gives is what was written, whatever else is wrong is
// told with its name, and its neighbours have everything.

import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Producer } from '../../src/client/index.ts';
import { createNodePlatform, type SeededRandom } from '../../src/platform/index.ts';
import { readTopic } from '../support/read-topic.ts';
import { isFull, seed, Trial } from './trial.ts';

const ROUNDS = isFull ? 100 : 4;
const TOPIC = 'hurt';
const RECORDS = 200;
const PATIENCE_MS = 3000;
const MOST_PATIENCE_MS = 120_000;
const textOf = (number: number) => `record ${number} `.padEnd(12_000, '.');

test(`${ROUNDS} damaged files of one partition cost no other anything, and never give what was not written`, async (t) => {
  t.diagnostic(`seed ${seed}`);
  await using trial = await Trial.start();
  const { broker, random, admin } = trial;
  await admin.createTopics([{ name: TOPIC, numPartitions: 1 }]);
  await write(broker.bootstrap);
  await trial.acknowledged(100);
  await trial.load.finish();
  const { records } = await trial.verify();
  assert.equal(await broker.stop(), 0);
  const data = join(broker.directory, 'data');
  const backup = join(broker.directory, 'backup');
  cpSync(data, backup, { recursive: true });
  const outcomes = { whole: 0, named: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const damage = damageOneFile(join(data, `${TOPIC}-0`), random);
    const from = broker.output.length;
    await broker.startAgain();
    assert.equal((await trial.verify()).records, records, damage);
    const isTold = () => broker.output.slice(from).includes(`${TOPIC}-0`);
    const found = await readHurt(trial, damage, isTold);
    assert.ok(found === RECORDS || isTold(), `${damage}: ${found} records, and nothing is told`);
    if (found === RECORDS) outcomes.whole++;
    else outcomes.named++;
    await broker.kill();
    rmSync(data, { recursive: true });
    cpSync(backup, data, { recursive: true });
    // As after a crash, every other time.
    if (round % 2 === 0) rmSync(join(data, '.kafka_cleanshutdown'), { force: true });
  }
  t.diagnostic(`${ROUNDS} files damaged: ${outcomes.whole} cost nothing, ${outcomes.named} were told`);
});

async function write(bootstrap: string): Promise<void> {
  await using producer = new Producer({ bootstrapServers: bootstrap, platform: createNodePlatform() });
  for (let number = 0; number < RECORDS; number++)
    await producer.send({ topic: TOPIC, partition: 0, value: textOf(number) });
}

/** Returns what was done. */
function damageOneFile(directory: string, random: SeededRandom): string {
  const names = readdirSync(directory);
  const name = names[random.integer(names.length)] ?? '';
  const path = join(directory, name);
  const bytes = readFileSync(path);
  const choice = random.integer(3);
  if (choice === 0) {
    rmSync(path);
    return `${name} was removed`;
  }
  const at = random.integer(bytes.length + 1);
  if (choice === 1 || at === bytes.length) {
    truncateSync(path, at);
    return `${name} was cut to ${at} bytes`;
  }
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(8));
  writeFileSync(path, bytes);
  return `byte ${at} of ${name} was changed`;
}

/** How many records the partition gives; each must be what was written. Nobody waits for long for one of which something is told. */
async function readHurt({ broker, admin }: Trial, damage: string, isTold: () => boolean): Promise<number> {
  const ending = new AbortController();
  const watch = setInterval(() => {
    if (isTold()) setTimeout(() => ending.abort(), PATIENCE_MS);
  }, 100);
  let count = 0;
  try {
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(MOST_PATIENCE_MS)]);
    const target = { bootstrap: broker.bootstrap, admin, topic: TOPIC, partitions: 1, signal };
    await readTopic(target, (_partition, { offset, value }) => {
      assert.equal(String(value), textOf(Number(offset)), `${damage}: offset ${offset} has what was not written`);
      count++;
    });
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
  } finally {
    clearInterval(watch);
  }
  return count;
}
