// A program that waits for a broker which is not there: nothing but the client's own wait keeps its process alive.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand } from '../../scripts/run-command.ts';
import { freePort } from '../support/broker-process.ts';

const CLIENT = new URL('../../src/client/index.ts', import.meta.url).href;

test('a program lives until its client has given up', async () => {
  const program = `
    import { Producer } from '${CLIENT}';
    await using producer = new Producer({ bootstrapServers: '127.0.0.1:${await freePort()}', maxBlockMs: 500 });
    await producer.send({ topic: 'orders', value: 'x' }).catch((error) => console.log(error.name));
  `;
  const result = await runCommand(process.execPath, ['--input-type=module', '--eval', program]);
  assert.deepEqual([result.code, result.output.trim()], [0, 'TimeoutError']);
});
