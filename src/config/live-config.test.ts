import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './config.ts';
import { int, string } from './definition.ts';
import { LiveConfig } from './live-config.ts';

const doc = 'A setting.';
const table = {
  fixed: int({ default: '1', doc }),
  changing: int({ default: '2', doc, min: 0, updateMode: 'cluster-wide' }),
  other: string({ default: 'x', doc, updateMode: 'per-broker' }),
} as const;

test('who holds the values reads what they are now, and what is taken back is as it was at the start', () => {
  const live = new LiveConfig(readConfig(table, { changing: '3' }), table);
  const { values } = live;
  assert.deepEqual(live.change({ changing: '4', fixed: '9', unknown: 'y' }), []);
  assert.deepEqual({ ...values }, { fixed: 1, changing: 4, other: 'x' });
  assert.deepEqual(live.change({}), []);
  assert.equal(values.changing, 3);
});

test('a text that cannot be used changes nothing, and keeps no other from counting', () => {
  const live = new LiveConfig(readConfig(table, {}), table);
  live.change({ changing: '4' });
  const errors = live.change({ changing: '-1', other: 'z' });
  assert.match(String(errors), /changing/);
  assert.deepEqual([live.values.changing, live.values.other], [4, 'z']);
});
