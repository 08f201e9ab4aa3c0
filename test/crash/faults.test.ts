// Faults that a broker lives through: a full disk, few file handles, a clock that jumps.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { findFaketime } from '../support/programs.ts';
import { DiskImage, reasonNotToMount } from './disk-image.ts';
import { Ledger } from './ledger.ts';
import { seed, Trial } from './trial.ts';

const directory = mkdtempSync(join(tmpdir(), 'millrace-faults-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
const cannotMount = reasonNotToMount(mkdtempSync(join(directory, 'probe-')));

test('a full disk refuses writes and serves reads, and writing goes on when there is room', async (t) => {
  if (cannotMount !== undefined) return t.diagnostic(`not tried, this machine cannot mount: ${cannotMount}`);
  t.diagnostic(`seed ${seed}`);
  const own = mkdtempSync(join(directory, 'full-'));
  using image = new DiskImage(own, 64);
  await using trial = await Trial.start({ directory: own });
  await trial.acknowledged(200);
  const ballast = join(image.mountPoint, 'ballast');
  const free = statfsSync(image.mountPoint);
  writeFileSync(ballast, Buffer.alloc(Math.max(free.bavail * free.bsize - 2 * 1024 * 1024, 0)));
  const end = performance.now() + 30_000;
  while (!trial.broker.output.includes('disk is full')) {
    assert.ok(performance.now() < end, 'the disk did not fill up');
    await delay(20);
  }
  await delay(300);
  assert.ok(trial.broker.isRunning);
  await trial.verify();
  rmSync(ballast);
  await trial.acknowledged(200);
  await trial.load.finish();
  const { records } = await trial.verify();
  await trial.broker.kill();
  await trial.broker.startAgain();
  assert.equal((await trial.verify()).records, records);
  t.diagnostic(`${records} records, ${trial.ledger.acknowledged} acknowledged, ${trial.ledger.failed} refused, 0 lost`);
  await trial.broker.kill();
});

test('64 file handles are enough for 200 partitions', async (t) => {
  t.diagnostic(`seed ${seed}`);
  await using trial = await Trial.start({
    launcher: ['prlimit', '--nofile=64:64', '--'],
    settings: ['log.max.open.files=16'],
  });
  const wide = new Ledger('wide', 200);
  const [created] = await trial.admin.createTopics([{ name: wide.topic, numPartitions: wide.partitions }]);
  assert.equal(created?.error, undefined);
  await trial.acknowledged(500);
  await trial.broker.kill();
  await trial.broker.startAgain();
  await trial.acknowledged(500);
  await trial.load.finish();
  const { records } = await trial.verify();
  assert.equal((await wide.verify(trial.broker.bootstrap, trial.admin)).records, 0);
  assert.equal(trial.ledger.failed, 0, [...trial.load.refusals].join('; '));
  assert.equal(await trial.broker.stop(), 0);
  t.diagnostic(`${records} records`);
});

test('a clock that jumps an hour back and two days on loses nothing', async (t) => {
  const faketime = await findFaketime();
  if ('missing' in faketime) return t.skip(faketime.missing);
  const library = ['x86_64-linux-gnu', 'aarch64-linux-gnu']
    .map((machine) => `/usr/lib/${machine}/faketime/libfaketimeMT.so.1`)
    .find((path) => existsSync(path));
  if (library === undefined) return t.skip('faketime is installed without its library');
  t.diagnostic(`seed ${seed}`);
  const file = join(directory, 'time');
  writeFileSync(file, '+0');
  const environment = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  // A producer that is silent for a day by the broker's clock is forgotten, here as in Apache Kafka, and could then repeat itself.
  await using trial = await Trial.start({
    launcher: ['env', ...variables],
    settings: ['producer.id.expiration.ms=604800000'],
  });
  for (const jump of ['-1h', '+2d', '+0']) {
    await trial.acknowledged(200);
    writeFileSync(file, jump);
    await trial.acknowledged(200);
    await trial.broker.kill();
    await trial.broker.startAgain();
  }
  await trial.acknowledged(100);
  await trial.load.finish();
  const { records } = await trial.verify();
  assert.equal(trial.ledger.failed, 0);
  t.diagnostic(`${records} records`);
});
