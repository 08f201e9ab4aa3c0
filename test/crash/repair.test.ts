// `millrace log repair` on what a killed broker left, with the ends of its segments damaged: what only the journal has is there when the broker starts again.

import assert from 'node:assert/strict';
import { appendFileSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { millrace } from '../cli/run-millrace.ts';
import { seed, Trial } from './trial.ts';

/** Everything goes through the journal, and stays there. */
const SETTINGS = ['log.journal.min.partitions=1', 'log.journal.max.bytes=134217728', 'log.segment.bytes=134217728'];
/** acks=1 promises nothing here. */
const KINDS = ['idempotent', 'compressed', 'plain'] as const;
const RECORDS = 500;
const NOISE_BYTES = 64;

test('a repair leaves what only the journal has, and a start on it gives every acknowledged record', async (t) => {
  t.diagnostic(`seed ${seed}`);
  await using trial = await Trial.start({ settings: SETTINGS, kinds: KINDS });
  const { broker, random } = trial;
  // A start puts into the segments what the journal has; what comes then is only in the journal again.
  await trial.acknowledged(RECORDS);
  await broker.kill();
  await broker.startAgain();
  await trial.acknowledged(RECORDS);
  await broker.kill();
  const promised = trial.ledger.acknowledged;
  const data = join(broker.directory, 'data');
  for (const path of globSync(`${data}/ledger-*/*.log`)) appendFileSync(path, random.bytes(NOISE_BYTES));
  assert.equal((await millrace(['log', 'verify', data])).exitCode, 1);
  const { exitCode, stdout, stderr } = await millrace(['log', 'repair', data, '--yes']);
  assert.equal(exitCode, 0, stdout + stderr);
  const ends = stdout.matchAll(/^repaired .*ledger-\d, which ends at offset (\d+)/gm);
  const inSegments = Array.from(ends, ([, end]) => Number(end)).reduce((sum, end) => sum + end, 0);
  await broker.startAgain();
  await trial.load.finish();
  const { records, acknowledged } = await trial.verify();
  assert.ok(inSegments > 0 && inSegments < promised, `of ${promised} records ${inSegments} were in the segments`);
  t.diagnostic(
    `${inSegments} of ${promised} records in the segments; ${records} given, ${acknowledged} acknowledged, 0 lost`,
  );
});
