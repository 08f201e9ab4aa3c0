import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asideCompressor } from './aside-compressor.ts';
import { compress } from './compress.ts';

const INPUTS = [10, 1000, 300_000].map((count) =>
  Buffer.from(Array.from({ length: count }, (_, index) => `${index * 7919} `).join('')),
);

for (const [type, level] of [
  ['gzip', undefined],
  ['gzip', 1],
  ['zstd', undefined],
  ['zstd', 9],
] as const) {
  test(`several inputs at once become on other threads what they become on this one: ${type}, level ${level}`, async () => {
    const compressor = asideCompressor(type, level);
    assert.ok(compressor);
    const compressed = await Promise.all([...INPUTS, ...INPUTS].map((input) => compressor.compress(input)));
    assert.deepEqual(
      compressed,
      [...INPUTS, ...INPUTS].map((input) => compress(type, input, level)),
    );
    compressor.close();
  });
}

test('types that node:zlib does not have stay on the thread of the caller', () => {
  for (const type of ['none', 'snappy', 'lz4'] as const) assert.equal(asideCompressor(type), undefined);
});

test('what waits when it is closed is told of', async () => {
  const compressor = asideCompressor('zstd');
  const waiting = [1, 2, 3].map(() => compressor?.compress(INPUTS[2] as Buffer));
  compressor?.close();
  const results = await Promise.allSettled(waiting);
  assert.equal(results.at(-1)?.status, 'rejected');
});
