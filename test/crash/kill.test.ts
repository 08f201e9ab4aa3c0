// The process dies without warning, again and again, also while it starts, makes and deletes topics, rolls segments, compacts them and writes snapshots.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { KeyedLoad } from './keyed-load.ts';
import { isFull, seed, Trial } from './trial.ts';

/** Each on data of its own, so that what is checked again and again does not grow without end. */
const TRIALS = isFull ? 6 : 1;
const KILLS = isFull ? 50 : 8;
const CHECK_EVERY = isFull ? 10 : 4;
const PAUSES = isFull ? 20 : 2;

for (let number = 1; number <= TRIALS; number++) {
  test(`${KILLS} kills at random moments lose and repeat no acknowledged record (${number} of ${TRIALS})`, async (t) => {
    t.diagnostic(`seed ${seed}`);
    await using trial = await Trial.start();
    const { broker, random, admin, ledger } = trial;
    await using keyed = await KeyedLoad.start(broker.bootstrap, admin, random);
    let deathsInStart = 0;
    for (let kill = 1; kill <= KILLS; kill++) {
      await trial.acknowledged(1 + random.integer(300));
      const churn = churnTopics(trial, kill);
      await delay(random.integer(150));
      await broker.kill();
      while (random.integer(4) === 0) {
        const start = broker.startAgain().then(
          () => undefined,
          (error: unknown) => error,
        );
        await delay(random.integer(700));
        await broker.kill();
        await start;
        deathsInStart++;
      }
      await broker.startAgain();
      await churn;
      if (kill % CHECK_EVERY === 0) {
        await trial.verify();
        await keyed.verify();
      }
    }
    await trial.load.finish();
    const { records, acknowledged } = await trial.verify();
    assert.equal(ledger.failed, 0, [...trial.load.refusals].join('; '));
    assert.equal(await broker.stop(), 0);
    await broker.startAgain();
    assert.equal((await trial.verify()).records, records);
    const { records: left, acknowledged: overwritten } = await keyed.verify();
    const topics = await admin.describeTopics(['ledger']);
    assert.equal(topics.length, 1);
    const count = (text: string) => broker.output.split(text).length - 1;
    t.diagnostic(
      `${KILLS} kills and ${deathsInStart} in the middle of a start: ${records} records, ${acknowledged} acknowledged, 0 lost; ${count('Compacted keyed')} compactions left ${left} of ${overwritten} values, every newest one; ${count('wrote a snapshot')} snapshots`,
    );
  });
}

test(`${PAUSES} pauses of the process lose nothing`, async (t) => {
  t.diagnostic(`seed ${seed}`);
  await using trial = await Trial.start();
  for (let pause = 0; pause < PAUSES; pause++) {
    await trial.acknowledged(100);
    process.kill(trial.broker.pid, 'SIGSTOP');
    await delay(200 + trial.random.integer(1500));
    process.kill(trial.broker.pid, 'SIGCONT');
  }
  await trial.acknowledged(100);
  await trial.load.finish();
  const { records } = await trial.verify();
  assert.equal(trial.ledger.failed, 0);
  t.diagnostic(`${PAUSES} pauses: ${records} records`);
});

/** Makes a topic and deletes the one before, at the same time as the broker dies. Either is done or not, and does not matter to the ledger. */
async function churnTopics({ admin }: Trial, turn: number): Promise<void> {
  await Promise.allSettled([
    admin.createTopics([{ name: `churn-${turn}`, numPartitions: 3 }]),
    admin.deleteTopics([`churn-${turn - 1}`]),
  ]);
}
