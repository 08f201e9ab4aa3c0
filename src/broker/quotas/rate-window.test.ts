import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RateWindow } from './rate-window.ts';

const OPTIONS = { windows: 11, windowMs: 1000 };
const LIMIT = 1000;

test('a burst within what the windows allow together waits for nothing', () => {
  const rate = new RateWindow(OPTIONS);
  rate.record(10_000, 0);
  assert.equal(rate.delayMs(LIMIT, 0), 0);
});

test('what goes beyond waits until the rate is the limit again', () => {
  const rate = new RateWindow(OPTIONS);
  rate.record(10_000, 0);
  rate.record(5000, 500);
  assert.equal(rate.delayMs(LIMIT, 500), 4500);
});

test('windows that are over are forgotten', () => {
  const rate = new RateWindow(OPTIONS);
  rate.record(100_000, 0);
  assert.ok(rate.delayMs(LIMIT, 10_000) > 0);
  assert.equal(rate.delayMs(LIMIT, 11_001), 0);
});

test('a steady client at its limit is never delayed', () => {
  const rate = new RateWindow(OPTIONS);
  for (let second = 0; second < 60; second++) {
    rate.record(LIMIT, second * 1000);
    assert.ok(rate.delayMs(LIMIT, second * 1000) <= 1000, `second ${second}`);
  }
});
