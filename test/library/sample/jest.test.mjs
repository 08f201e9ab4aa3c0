// The scenario under jest, whose `test` and `expect` are there without an import.

import { chargeThroughRestart } from './scenario.mjs';

test('orders are charged', async () => {
  expect(await chargeThroughRestart()).toEqual(['12.50', '0.90']);
}, 30_000);
