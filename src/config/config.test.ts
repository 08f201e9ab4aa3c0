import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeConfigTables, readConfig } from './config.ts';
import { ConfigError, int, long } from './definition.ts';

const doc = 'A setting.';
const table = {
  'retention.ms': long({
    default: '604800000',
    doc,
    synonyms: [
      'log.retention.ms',
      { name: 'log.retention.hours', convert: (text) => String(Number(text) * 3_600_000) },
    ],
  }),
  'segment.bytes': int({ default: '1073741824', doc, min: 14 }),
};

test('a value comes from its own text, then from the nearest synonym, then from the default', () => {
  assert.equal(readConfig(table, { 'retention.ms': '5' }, { 'log.retention.ms': '6' })['retention.ms'], 5);
  assert.equal(readConfig(table, {}, { 'log.retention.hours': '1', 'log.retention.ms': '6' })['retention.ms'], 6);
  assert.equal(readConfig(table, {}, { 'log.retention.hours': '1' })['retention.ms'], 3_600_000);
  assert.equal(readConfig(table, {})['retention.ms'], 604_800_000);
});

test('a value that is not allowed is refused with its name', () => {
  assert.throws(() => readConfig(table, { 'segment.bytes': '1' }), /segment\.bytes: Value must be at least 14/);
  assert.throws(() => readConfig(table, { 'segment.bytes': 'x' }), ConfigError);
});

test('tables are merged, and a setting that two of them declare is an error', () => {
  const merged = mergeConfigTables({ a: int({ default: '1', doc }) }, { b: int({ default: '2', doc }) });
  assert.deepEqual(Object.keys(merged), ['a', 'b']);
  assert.throws(
    () => mergeConfigTables(table, { 'segment.bytes': int({ default: '2', doc }) }),
    /segment\.bytes is declared twice/,
  );
});
