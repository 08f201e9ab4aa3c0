import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from './clock.ts';
import { ManualClock } from './manual-clock.ts';
import { holdingNodeClock, nodeClock } from './node-clock.ts';

test('an advance runs due timers by their time, then by the order of scheduling', () => {
  const clock = new ManualClock();
  const ran: string[] = [];
  clock.schedule(20, () => ran.push('c'));
  clock.schedule(10, () => ran.push('a'));
  clock.schedule(10, () => ran.push('b'));
  clock.schedule(30, () => ran.push('never'));
  clock.advance(20);
  assert.deepEqual(ran, ['a', 'b', 'c']);
  assert.equal(clock.pendingTimers, 1);
  assert.equal(clock.nextTimerMs, 10);
});

test('a timer sees its own due time, and what it schedules runs in the same advance when it is due', () => {
  const clock = new ManualClock(1000);
  const seen: number[] = [];
  clock.schedule(5, () => {
    seen.push(clock.now());
    clock.schedule(5, () => seen.push(clock.now()));
    clock.schedule(6, () => seen.push(clock.now()));
  });
  clock.advance(10);
  assert.deepEqual(seen, [1005, 1010]);
  assert.equal(clock.now(), 1010);
});

test('a cancelled timer does not run, and cancelling it again is harmless', () => {
  const clock = new ManualClock();
  const timer = clock.schedule(5, () => assert.fail('it ran'));
  timer.cancel();
  timer.cancel();
  clock.advance(10);
  assert.equal(clock.pendingTimers, 0);
});

test('a jump of the wall clock moves neither monotonic time nor timers', () => {
  const clock = new ManualClock(1000);
  clock.schedule(5, () => assert.fail('it ran'));
  clock.jump(-400);
  assert.equal(clock.now(), 600);
  assert.equal(clock.monotonic(), 0);
});

test('a sleep ends when its time has come', async () => {
  const clock = new ManualClock();
  let laps = 0;
  const loop = (async () => {
    while (laps < 3) {
      await sleep(clock, 100);
      laps++;
    }
  })();
  await clock.advanceAndSettle(299);
  assert.equal(laps, 2);
  await clock.advanceAndSettle(1);
  await loop;
});

test('an aborted sleep rejects with the reason and leaves no timer', async () => {
  const clock = new ManualClock();
  const controller = new AbortController();
  const sleeping = sleep(clock, 100, controller.signal);
  controller.abort(new Error('stopping'));
  await assert.rejects(sleeping, /stopping/);
  assert.equal(clock.pendingTimers, 0);
  await assert.rejects(sleep(clock, 100, controller.signal), /stopping/);
});

test('the clock of the machine does not run a timer at once because it is far away', async () => {
  const far = nodeClock.schedule(2 ** 40, () => assert.fail('it ran'));
  await sleep(holdingNodeClock, 5);
  far.cancel();
});

test('the clock of the machine never runs a timer too early, not even by a part of a millisecond', async () => {
  const early: number[] = [];
  for (let round = 0; round < 20; round++) {
    // The loop's own idea of the time is old by now.
    const busyUntilMs = nodeClock.monotonic() + 2;
    while (nodeClock.monotonic() < busyUntilMs);
    const dueMs = nodeClock.monotonic() + 1 + round / 20;
    await sleep(holdingNodeClock, 1 + round / 20);
    if (nodeClock.monotonic() < dueMs) early.push(round);
  }
  assert.deepEqual(early, []);
});

test('the clock of the machine knows wall time and monotonic time', () => {
  assert.ok(Math.abs(nodeClock.now() - Date.now()) < 1000);
  const start = nodeClock.monotonic();
  assert.ok(nodeClock.monotonic() >= start);
});
