import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boolean, double, int, list, long, string } from './definition.ts';
import { displayConfigText } from './display.ts';

const doc = 'A setting.';

test('whole numbers lose sign, zeros and white space, and a long stays exact', () => {
  assert.equal(displayConfigText(int({ default: '0', doc }), ' +007 '), '7');
  assert.equal(displayConfigText(int({ default: '0', doc }), '-01'), '-1');
  assert.equal(displayConfigText(long({ default: '0', doc }), '9223372036854775807'), '9223372036854775807');
});

test('doubles are printed as Java prints them', () => {
  const definition = double({ default: '0.5', doc });
  const shown = ['0.5', '1', '0', '100', '1e7', '12345678.5', '0.0001', '0.00012'].map((text) =>
    displayConfigText(definition, text),
  );
  assert.deepEqual(shown, ['0.5', '1.0', '0.0', '100.0', '1.0E7', '1.23456785E7', '1.0E-4', '1.2E-4']);
});

test('booleans are in lower case, lists without white space, strings trimmed', () => {
  assert.equal(displayConfigText(boolean({ default: 'true', doc }), ' TRUE'), 'true');
  assert.equal(displayConfigText(list({ default: '', doc }), ' a , b,c '), 'a,b,c');
  assert.equal(displayConfigText(list({ default: '', doc }), ' '), '');
  assert.equal(displayConfigText(string({ default: '', doc }), ' x y '), 'x y');
});

test('no value stays no value', () => {
  assert.equal(displayConfigText(long({ default: null, doc }), null), null);
});
