// The scenario under vitest.

import { expect, test } from 'vitest';
import { chargeThroughRestart } from './scenario.mjs';

test('orders are charged', async () => {
  expect(await chargeThroughRestart()).toEqual(['12.50', '0.90']);
}, 30_000);
