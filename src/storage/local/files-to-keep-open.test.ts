import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesToKeepOpen } from './files-to-keep-open.ts';

test('the setting says how many files are kept open, else half of those that the process may have, up to a number', () => {
  assert.equal(filesToKeepOpen(16, 20_000), 16);
  assert.equal(filesToKeepOpen(null, 64), 32);
  assert.equal(filesToKeepOpen(null, 1024), 512);
  assert.equal(filesToKeepOpen(null, 1_000_000), 2000);
  assert.equal(filesToKeepOpen(null, undefined), 500);
});
