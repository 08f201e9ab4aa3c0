import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanText, loggable, loggableFields } from './loggable.ts';

test('secrets are hidden by the name of their field, at any depth', () => {
  const names = [
    'password',
    'ssl.key.password',
    'sasl.jaas.config',
    'delegation.token.secret.key',
    'ssl.keystore.key',
    'privateKey',
    'saltedPassword',
    'accessToken',
    'Authorization',
  ];
  for (const name of names) {
    assert.deepEqual(loggable({ deep: [{ [name]: 'hunter2' }] }), { deep: [{ [name]: '[hidden]' }] }, name);
  }
});

test('names that only resemble secrets stay readable', () => {
  const fields = { tokens: 5, key: 'k', authorizer: 'a', pass: 1, partition: 0 };
  assert.deepEqual(loggableFields(fields), fields);
});

test('bytes tell their length only', () => {
  assert.equal(loggable(Buffer.from('secret')), '<6 bytes>');
});

test('an error becomes its parts with its cause, also as the whole of the fields', () => {
  const error = Object.assign(new Error('outer', { cause: new Error('inner') }), { code: 'EIO' });
  const { error: logged } = loggableFields(error);
  assert.ok(typeof logged === 'object' && logged && !Array.isArray(logged));
  assert.equal(logged.message, 'outer');
  assert.equal(logged.code, 'EIO');
  assert.ok(Array.isArray(logged.stack) && logged.stack.length > 0);
  assert.ok(typeof logged.cause === 'object' && logged.cause && !Array.isArray(logged.cause));
  assert.equal(logged.cause.message, 'inner');
});

test('size and depth are bounded, and circles end', () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  assert.ok(JSON.stringify(loggable(circle)).length < 200);
  const looped = new Error('again');
  looped.cause = looped;
  assert.ok(JSON.stringify(loggable(looped)));
  assert.equal(cleanText('x'.repeat(10_000)).length, 4099);
  assert.equal((loggable(new Array(1000).fill(1)) as unknown[]).length, 101);
  assert.equal(Object.keys(loggableFields(Object.fromEntries(new Array(1000).entries()))).length, 0);
  assert.equal(Object.keys(loggableFields({ ...new Array(1000).fill(1) })).length, 100);
});

test('every kind of value can be logged', () => {
  assert.deepEqual(
    loggable([
      new Map([['a', 1n]]),
      new Set(['b']),
      new Date(0),
      new Date(Number.NaN),
      () => 1,
      Symbol('s'),
      undefined,
      null,
    ]),
    [{ a: 1 }, ['b'], '1970-01-01T00:00:00.000Z', '<invalid date>', '<function>', '<symbol>', null, null],
  );
});
