import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProducerIds } from './producer-ids.ts';

test('ids are given out once, in blocks, however many ask at once', async () => {
  let blocks = 0;
  const ids = new ProducerIds(async () => ({ firstProducerId: BigInt(blocks++ * 10), size: 3 }));
  const given = await Promise.all(Array.from({ length: 7 }, () => ids.next()));
  assert.deepEqual(given, [0n, 1n, 2n, 10n, 11n, 12n, 20n]);
  assert.equal(blocks, 3);
});

test('a block that could not be reserved is asked for again by the next producer', async () => {
  let attempts = 0;
  const ids = new ProducerIds(async () => {
    attempts++;
    if (attempts === 1) throw new Error('the metadata log cannot be written');
    return { firstProducerId: 1000n, size: 1000 };
  });
  await assert.rejects(ids.next(), /metadata log/);
  assert.equal(await ids.next(), 1000n);
});
