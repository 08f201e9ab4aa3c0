import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeBatch, iterateBatches } from '../../protocol/index.ts';
import { BatchRun, batchesBelow, runFrom } from './batch-run.ts';

/** Batches of so many records each, in one piece of memory, as runs of their own. */
function runsOf(...counts: readonly number[]): BatchRun[] {
  let baseOffset = 100n;
  const batches = counts.map((count) => {
    const records = Array.from({ length: count }, () => ({ timestamp: 0n, key: null, value: Buffer.from('x') }));
    const bytes = encodeBatch({ records, baseOffset });
    baseOffset += BigInt(count);
    return { bytes, baseOffset: baseOffset - BigInt(count), endOffset: baseOffset };
  });
  const memory = Buffer.concat(batches.map(({ bytes }) => bytes));
  let position = 0;
  return batches.map(({ baseOffset, endOffset, bytes }) => {
    position += bytes.length;
    return new BatchRun(baseOffset, endOffset, memory.subarray(position - bytes.length, position));
  });
}

function joined(...counts: readonly number[]): BatchRun {
  const [run, ...others] = runsOf(...counts) as [BatchRun, ...BatchRun[]];
  for (const { baseOffset, endOffset, bytes } of others) assert.ok(run.extend(baseOffset, endOffset, bytes));
  return run;
}

function baseOffsetsIn(bytes: Buffer): bigint[] {
  return [...iterateBatches(bytes)].map(({ baseOffset }) => baseOffset);
}

test('runs that follow one another in the log and in memory become one', () => {
  const run = joined(2, 3, 1);
  assert.deepEqual([run.baseOffset, run.endOffset], [100n, 106n]);
  assert.deepEqual(baseOffsetsIn(run.bytes), [100n, 102n, 105n]);
});

test('a gap in the log or in memory keeps runs apart', () => {
  const [first, second, third] = runsOf(1, 1, 1) as [BatchRun, BatchRun, BatchRun];
  assert.equal(first.extend(third.baseOffset, third.endOffset, third.bytes), false);
  assert.equal(first.extend(second.baseOffset, second.endOffset, Buffer.from(second.bytes)), false);
  assert.deepEqual([first.endOffset, first.sizeInBytes], [second.baseOffset, first.bytes.length]);
});

test('a run can begin with the batch that holds an offset', () => {
  const run = joined(2, 3, 1);
  for (const [offset, baseOffset] of [
    [99n, 100n],
    [100n, 100n],
    [101n, 100n],
    [102n, 102n],
    [104n, 102n],
    [105n, 105n],
  ] as const) {
    const rest = runFrom(run, offset);
    assert.equal(rest.baseOffset, baseOffset, `from ${offset}`);
    assert.equal(rest.endOffset, 106n);
    assert.equal(baseOffsetsIn(rest.bytes)[0], baseOffset);
  }
});

test('batches are given whole, below an offset and up to a size', () => {
  const run = joined(2, 3, 1);
  const size = run.bytes.length;
  assert.deepEqual(batchesBelow(run, 106n, size, false), run.bytes);
  assert.deepEqual(baseOffsetsIn(batchesBelow(run, 105n, size, false)), [100n, 102n]);
  assert.deepEqual(baseOffsetsIn(batchesBelow(run, 104n, size, false)), [100n]);
  assert.deepEqual(baseOffsetsIn(batchesBelow(run, 106n, size - 1, false)), [100n, 102n]);
  assert.deepEqual(baseOffsetsIn(batchesBelow(run, 106n, 1, true)), [100n]);
  assert.equal(batchesBelow(run, 106n, 1, false).length, 0);
  assert.equal(batchesBelow(run, 101n, size, true).length, 0);
});
