// The power goes: what the kernel had not written back is gone. Also with a disk that refuses to sync before it happens.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { findStrace } from '../support/programs.ts';
import { DiskImage, reasonNotToMount } from './disk-image.ts';
import { failSystemCalls } from './fail-system-calls.ts';
import { isFull, seed, Trial } from './trial.ts';
import { postponeWriteBack } from './write-back.ts';

const CUTS = isFull ? 100 : 6;
const CHECK_EVERY = isFull ? 10 : 2;
const IMAGE_MIB = isFull ? 1500 : 300;
/** acks=1 promises nothing here. */
const KINDS = ['idempotent', 'compressed', 'plain'] as const;

const directory = mkdtempSync(join(tmpdir(), 'millrace-power-cut-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
const cannotMount = reasonNotToMount(mkdtempSync(join(directory, 'probe-')));

test(`${CUTS} power cuts lose no record that was acknowledged to all`, async (t) => {
  if (cannotMount !== undefined) return t.diagnostic(`not tried, this machine cannot mount: ${cannotMount}`);
  t.diagnostic(`seed ${seed}`);
  const own = mkdtempSync(join(directory, 'cuts-'));
  using image = new DiskImage(own, IMAGE_MIB);
  using _ = postponeWriteBack();
  await using trial = await Trial.start({ directory: own, kinds: KINDS });
  for (let cut = 1; cut <= CUTS; cut++) {
    await trial.acknowledged(1 + trial.random.integer(200));
    await delay(trial.random.integer(100));
    await trial.broker.kill();
    image.cutPower();
    await trial.broker.startAgain();
    if (cut % CHECK_EVERY === 0) await trial.verify();
  }
  await trial.load.finish();
  const { records, acknowledged } = await trial.verify();
  t.diagnostic(`${CUTS} power cuts: ${records} records, ${acknowledged} acknowledged, 0 lost`);
  await trial.broker.kill();
});

test('a disk that cannot sync stops the broker, and a power cut after it loses nothing acknowledged', async (t) => {
  const failing = await findStrace();
  if ('missing' in failing) return t.skip(failing.missing);
  if (cannotMount !== undefined) return t.diagnostic(`not tried, this machine cannot mount: ${cannotMount}`);
  t.diagnostic(`seed ${seed}`);
  const own = mkdtempSync(join(directory, 'sync-'));
  using image = new DiskImage(own, 100);
  using _ = postponeWriteBack();
  await using trial = await Trial.start({ directory: own, kinds: KINDS, deliveryTimeoutMs: 3000 });
  await trial.acknowledged(200);
  {
    await using faults = await failSystemCalls(failing.path, trial.broker.pid, 'fdatasync,fsync', 'EIO');
    // With its only log directory gone a broker has nothing to do, as in Apache Kafka.
    await trial.broker.exited();
    assert.ok(faults.count > 0);
  }
  assert.match(trial.broker.output, /offline.*EIO|EIO.*offline/);
  await trial.load.finish();
  await trial.broker.kill();
  image.cutPower();
  await trial.broker.startAgain();
  const { acknowledged, records } = await trial.verify();
  trial.startLoad();
  await trial.acknowledged(100);
  await trial.load.finish();
  await trial.verify();
  t.diagnostic(`${records} records, ${acknowledged} acknowledged, ${trial.ledger.failed} refused, 0 lost`);
  await trial.broker.kill();
});
