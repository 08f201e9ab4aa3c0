import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boolean, ConfigError, double, int, list, long, short, string } from './definition.ts';

const doc = 'A setting.';

test('numbers are whole, in range, and nothing else', () => {
  const definition = int({ default: '1', doc, min: 0, max: 10 });
  assert.equal(definition.parse('a', ' 7 '), 7);
  for (const [text, reason] of [
    ['1.5', 'Not a number of type INT'],
    ['', 'Not a number of type INT'],
    ['0x10', 'Not a number of type INT'],
    ['2147483648', 'Not a number of type INT'],
    ['-1', 'Value must be at least 0'],
    ['11', 'Value must be no more than 10'],
  ]) {
    assert.throws(
      () => definition.parse('a', text ?? ''),
      new ConfigError(`Invalid value ${text} for configuration a: ${reason}`),
    );
  }
});

test('each number type has its own limits', () => {
  assert.throws(() => short({ default: '1', doc }).parse('a', '32768'), ConfigError);
  assert.equal(short({ default: '1', doc }).parse('a', '32767'), 32767);
  assert.equal(long({ default: '1', doc }).parse('a', '9223372036854775807'), 2 ** 63);
  assert.throws(() => long({ default: '1', doc }).parse('a', '99223372036854775807'), ConfigError);
  assert.equal(double({ default: '1', doc }).parse('a', '1.5e3'), 1500);
  assert.throws(() => double({ default: '1', doc }).parse('a', 'one'), ConfigError);
});

test('booleans are true or false in any case', () => {
  const definition = boolean({ default: 'true', doc });
  assert.equal(definition.parse('a', 'False'), false);
  assert.throws(() => definition.parse('a', 'yes'), ConfigError);
});

test('lists are split at commas, and each word is checked', () => {
  const definition = list({ default: 'delete', doc, oneOf: ['compact', 'delete'] });
  assert.deepEqual(definition.parse('a', 'compact , delete'), ['compact', 'delete']);
  assert.deepEqual(definition.parse('a', ''), []);
  assert.throws(
    () => definition.parse('a', 'compact,shred'),
    new ConfigError('Invalid value shred for configuration a: String must be one of: compact, delete'),
  );
  assert.throws(
    () => definition.parse('a', 'compact,compact'),
    new ConfigError("Configuration 'a' values must not be duplicated."),
  );
});

test('a setting says which values it takes, as Kafka writes them', () => {
  assert.equal(int({ default: '1', min: 1, doc: 'x' }).validValues, '[1,...]');
  assert.equal(int({ default: '1', min: 1, max: 9, doc: 'x' }).validValues, '[1,...,9]');
  assert.equal(int({ default: '1', doc: 'x' }).validValues, '');
  assert.equal(string({ default: 'a', oneOf: ['a', 'b'], doc: 'x' }).validValues, '[a, b]');
});

test('a value outside of the range may be allowed too', () => {
  const definition = int({ default: '-1', min: 1, max: 9, also: -1, doc: 'x' });
  assert.equal(definition.validValues, '[1,...,9] or -1');
  assert.equal(definition.parse('a', '-1'), -1);
  assert.throws(
    () => definition.parse('a', '0'),
    new ConfigError('Invalid value 0 for configuration a: Value must be between 1 and 9 or equal to -1'),
  );
});

test('null is a value only where the default is null', () => {
  assert.equal(string({ default: null, doc }).parse('a', null), null);
  assert.throws(() => string({ default: 'x', doc }).parse('a', null), ConfigError);
});
