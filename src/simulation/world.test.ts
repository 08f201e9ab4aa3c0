import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLANTED_BUGS } from './planted-bug.ts';
import { simulate } from './world.ts';

const FIRST_SEED = 1;
const SEEDS = 8;
/** A planted bug must be found before. */
const MOST_SEEDS = 1000;

test(`every promise is kept in the runs of the seeds ${FIRST_SEED} to ${FIRST_SEED + SEEDS - 1}`, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    const { error } = await simulate({ seed });
    assert.equal(error, undefined, `npm run simulate -- --seed ${seed}: ${error?.message}`);
  }
});

test('a run with everything that can go wrong keeps every promise too', async () => {
  const { error, crashes } = await simulate({
    seed: 1,
    swarm: {
      crashes: 3,
      powerCutPercent: 60,
      diesWhileStarting: true,
      idempotentProducers: 2,
      plainProducers: 1,
      hastyProducers: 1,
      recordsPerProducer: 40,
      maxThinkMs: 60,
      readers: 1,
      groupMembers: 2,
      commits: 30,
      adminActions: 8,
      deletesRecords: true,
      cutsNetwork: true,
      pausesBroker: true,
      jumpsClock: true,
      clockRate: 1.1,
      fillsDisk: true,
      failsSync: true,
    },
  });
  assert.equal(error, undefined);
  assert.ok(crashes >= 3);
});

test('a seed gives the same run every time, and another seed another one', async () => {
  const digests: string[] = [];
  for (const seed of [3, 3, 4]) digests.push((await simulate({ seed })).digest);
  assert.equal(digests[0], digests[1]);
  assert.notEqual(digests[0], digests[2]);
});

for (const plantedBug of PLANTED_BUGS) {
  test(`a planted bug is found within ${MOST_SEEDS} seeds: ${plantedBug}`, async () => {
    for (let seed = FIRST_SEED; seed <= MOST_SEEDS; seed++) {
      const { error } = await simulate({ seed, plantedBug });
      if (error === undefined) continue;
      const unplanted = await simulate({ seed });
      assert.equal(unplanted.error, undefined, `seed ${seed} fails without the bug too`);
      return;
    }
    assert.fail('it was not found');
  });
}
