import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAddress } from './is-address.ts';

test('addresses of both families are told from everything else', () => {
  for (const text of [
    '127.0.0.1',
    '255.255.255.255',
    '0.0.0.0',
    '::',
    '::1',
    'fe80::1:2',
    '1:2:3:4:5:6:7:8',
    '::ffff:10.0.0.1',
  ]) {
    assert.equal(isAddress(text), true, text);
  }
  for (const text of [
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.4.',
    'example.org',
    ':',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '12345::',
  ]) {
    assert.equal(isAddress(text), false, text);
  }
});
