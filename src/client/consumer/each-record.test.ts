import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock, sleep } from '../../platform/index.ts';
import { ClientError } from '../errors.ts';
import { settled } from '../testing/settled.ts';
import type { ConsumedBatch, ConsumerRecord } from './consumer-record.ts';
import { handleEach } from './each-record.ts';

/** A batch for each list, of records `key:value`; what is asked for after the last ends the loop. */
async function* batchesOf(...lists: string[][]): AsyncGenerator<ConsumedBatch, void> {
  let offset = 0n;
  for (const list of lists) {
    const records: ConsumerRecord[] = list.map((text) => {
      const [key = '', value = ''] = text.split(':');
      const keyBytes = key === '' ? null : Buffer.from(key);
      const place = { topic: 'orders', partition: 0, offset: offset++, timestamp: 1n };
      return { ...place, key: keyBytes, value: Buffer.from(value), headers: [] };
    });
    yield { topic: 'orders', partition: 0, records, nextOffset: offset, leaderEpoch: 0, highWatermark: offset };
  }
}

function handlers(clock: ManualClock) {
  const log: string[] = [];
  let atWork = 0;
  let most = 0;
  const handler = async ({ key, value }: ConsumerRecord) => {
    most = Math.max(most, ++atWork);
    await sleep(clock, 100);
    atWork--;
    log.push(`${key ?? ''}:${value}`);
  };
  return { log, handler, most: () => most };
}

test('records are handled one by one, in order', async () => {
  const clock = new ManualClock();
  const { log, handler, most } = handlers(clock);
  await settled(clock, handleEach(batchesOf(['a:1', 'b:2'], ['a:3']), handler, {}));
  assert.deepEqual(log, ['a:1', 'b:2', 'a:3']);
  assert.equal(most(), 1);
});

test('several keys are handled at a time, each in order, and never more than asked for', async () => {
  const clock = new ManualClock();
  const { log, handler, most } = handlers(clock);
  const batches = batchesOf(['a:1', 'b:1', 'a:2', 'c:1', ':1', ':2'], ['a:3', 'd:1']);
  await settled(clock, handleEach(batches, handler, { concurrency: 3 }));
  assert.equal(most(), 3);
  assert.equal(log.length, 8);
  for (const key of ['a', '']) {
    const ofKey = log.filter((text) => text.startsWith(`${key}:`));
    assert.deepEqual(ofKey, ofKey.toSorted());
  }
  assert.deepEqual(log.slice(-2).sort(), ['a:3', 'd:1'], 'the second batch begins when the first is done');
});

test('what a handler throws ends the loop, and the others at work are told', async () => {
  const clock = new ManualClock();
  let told: unknown;
  const work = handleEach(
    batchesOf(['a:1', 'b:1'], ['c:1']),
    async ({ key }, signal) => {
      if (key?.toString() === 'a') throw new RangeError('no');
      assert.equal(key?.toString(), 'b');
      await sleep(clock, 1000, signal).catch((error) => {
        told = error;
      });
    },
    { concurrency: 2 },
  );
  await assert.rejects(settled(clock, work), RangeError);
  await settled(clock, sleep(clock, 1));
  assert.ok(told instanceof RangeError);
});

test('an aborted signal ends the loop although a handler never returns', async () => {
  const clock = new ManualClock();
  const controller = new AbortController();
  const work = handleEach(batchesOf(['a:1'], ['b:1']), () => new Promise(() => {}), { signal: controller.signal });
  clock.schedule(50, () => controller.abort());
  await settled(clock, work);
});

test('a concurrency that is no count is refused', async () => {
  await assert.rejects(
    handleEach(batchesOf(), () => {}, { concurrency: 0 }),
    ClientError,
  );
});
