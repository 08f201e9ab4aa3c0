import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, ManualClock } from '../../platform/index.ts';
import { fetchShare } from './share-fetch.ts';

test('a fetch ends with its timer, although that is called a little before the clock says so', async () => {
  const manual = new ManualClock();
  const clock: Clock = {
    now: () => manual.now(),
    monotonic: () => manual.monotonic() * 0.999,
    active: () => manual.active(),
    schedule: (delayMs, callback) => manual.schedule(delayMs, callback),
  };
  const fetched = fetchShare([], {
    ...{ clock, memberId: 'member', isolation: 'read_uncommitted', isRecordLimit: false },
    ...{ maxWaitMs: 500, minBytes: 1, maxBytes: 1000, maxRecords: 10, batchSize: 10 },
    signal: new AbortController().signal,
    hasFailure: () => false,
    grant: (bytes) => ({ bytes, [Symbol.dispose]: () => {} }),
  });
  await manual.advanceAndSettle(500);
  assert.equal((await fetched).size, 0);
});
