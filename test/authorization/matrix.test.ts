import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { runMatrix } from './run-matrix.ts';
import { startTarget } from './start-target.ts';

const EXPECTED = new URL('expected/matrix.txt', import.meta.url);

test('every permission opens and hides the same as in Apache Kafka', async () => {
  await using target = await startTarget();
  assert.equal(await runMatrix(target), await readFile(EXPECTED, 'utf8'));
});
