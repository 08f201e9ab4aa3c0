// The scenario under node:test.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chargeThroughRestart } from './scenario.mjs';

test('orders are charged', async () => {
  assert.deepEqual(await chargeThroughRestart(), ['12.50', '0.90']);
});
