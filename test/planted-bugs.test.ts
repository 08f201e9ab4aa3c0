// The bugs of test/simulation/mutations.ts are planted by text. Their own test takes minutes; this one tells at once that a place is gone.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../scripts/run-command.ts';
import { MUTATIONS } from './simulation/mutations.ts';

test('each bug to be planted has its place in the sources, once', async () => {
  for (const [name, { file, from }] of Object.entries(MUTATIONS)) {
    const source = await readFile(join(ROOT, file), 'utf8');
    assert.equal(source.split(from).length - 1, 1, `${name}: ${file} should have '${from}' once`);
  }
});
