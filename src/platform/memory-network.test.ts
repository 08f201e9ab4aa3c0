import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryNetwork } from './memory-network.ts';
import { networkSuite } from './network-suite.ts';

networkSuite('memory network', () => new MemoryNetwork());

test('a listener on every host answers for any name, and localhost is 127.0.0.1', async () => {
  const network = new MemoryNetwork();
  await network.listen({ host: '0.0.0.0', port: 9092 }, (stream) => stream.destroy());
  assert.equal((await network.connect({ host: 'broker-1', port: 9092 })).remote.host, 'broker-1');
  await network.listen({ host: 'localhost', port: 9093 }, (stream) => stream.destroy());
  assert.equal((await network.connect({ host: '127.0.0.1', port: 9093 })).remote.port, 9093);
  await assert.rejects(network.connect({ host: 'broker-1', port: 9093 }), { code: 'ECONNREFUSED' });
  await assert.rejects(
    network.listen({ host: '127.0.0.1', port: 9092 }, () => {}),
    { code: 'EADDRINUSE' },
  );
});
