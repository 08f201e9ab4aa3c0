import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddresses } from './addresses.ts';
import { ClientError, formatAddress } from './errors.ts';

test('host:port, several of them, IPv6 in brackets', () => {
  assert.deepEqual(parseAddresses('a:1, b.example:9092 ,[::1]:9093,'), [
    { host: 'a', port: 1 },
    { host: 'b.example', port: 9092 },
    { host: '::1', port: 9093 },
  ]);
});

test('the name of a listener before it is taken as Kafka does', () => {
  assert.deepEqual(parseAddresses('PLAINTEXT://localhost:9092'), [{ host: 'localhost', port: 9092 }]);
});

for (const text of ['', ',', 'host', 'host:', 'host:0', 'host:65536', ':9092', 'a b:1', '::1:9092', 'host:9092x']) {
  test(`${JSON.stringify(text)} is refused with a word on how to write it`, () => {
    assert.throws(
      () => parseAddresses(text),
      (error) => error instanceof ClientError && /host:port/.test(error.message),
    );
  });
}

test('an address is printed as it is written', () => {
  assert.equal(formatAddress({ host: '::1', port: 9092 }), '[::1]:9092');
  assert.equal(formatAddress({ host: 'a', port: 1 }), 'a:1');
});
