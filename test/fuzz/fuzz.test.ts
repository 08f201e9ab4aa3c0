import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { fuzz, MEMORY_CEILING_BYTES } from './fuzz.ts';

const DURATION_MS = 30_000;
const STALLED_PER_STAGE = 100;

test('nothing that comes over the network stops the broker, makes it take more memory than it may, or hurts who behaves well', async (context) => {
  const seed = Number(process.env.MILLRACE_SEED ?? randomInt(2 ** 31));
  context.diagnostic(`MILLRACE_SEED=${seed}`);
  const report = await fuzz({ seed, durationMs: DURATION_MS, stalledPerStage: STALLED_PER_STAGE });
  context.diagnostic(JSON.stringify(report));
  assert.equal(report.failure, undefined, JSON.stringify(report));
  assert.ok(report.isAlive, `the broker died, seed ${seed}`);
  assert.deepEqual(report.errors, [], `seed ${seed}`);
  assert.ok((report.peakMemoryBytes ?? 0) <= MEMORY_CEILING_BYTES, `${report.peakMemoryBytes} bytes, seed ${seed}`);
  assert.ok(report.witnessRounds > 0 && report.executions > 0);
});
