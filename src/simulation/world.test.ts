import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLANTED_BUGS } from './planted-bug.ts';
import type { Swarm } from './swarm.ts';
import { simulate } from './world.ts';

const FIRST_SEED = 1;
/** Some of them once failed. */
const SEEDS = [
  1, 2, 3, 4, 5, 76, 95, 98, 125, 132, 161, 568, 829, 1172, 1175, 1182, 1194, 1199, 1201, 1406, 1495, 2058, 2207, 2263,
  2686,
];
/** Share groups once failed in them: a clock was set back, or a lost heartbeat had told a member its partitions. */
const SHARE_SEEDS = [6, 53, 76];
/** In these a connection ended while a member asked for the names of its topics. */
const CONSUMER_GROUP_SEEDS = [3, 5];
const STREAMS_SEEDS = [9, 13];
/** A topic was compacted whose segments were still to be written. */
const KEYED_SEEDS = [17, 23];
/** Retention took a segment of which a recovery was still reading the end. */
const RETENTION_SEEDS = [4, 6];
/** Good records in front of damage were not given out, `log verify` could not read a log that begins with a snapshot, and metadata was cut off. */
const ROT_SEEDS = [1, 3, 13, 21];
/** A planted bug must be found before. */
const MOST_SEEDS = 1000;

test(`every promise is kept in the runs of the seeds ${SEEDS.join(', ')}`, async () => {
  for (const seed of SEEDS) {
    const { error } = await simulate({ seed });
    assert.equal(error, undefined, `npm run simulate -- --seed ${seed}: ${error?.message}`);
  }
});

test('share groups keep every promise, and a seed gives the same run with them every time', async () => {
  for (const seed of SHARE_SEEDS) {
    const swarm = { shareGroups: 1 + (seed % 2) };
    const { error, digest } = await simulate({ seed, swarm });
    assert.equal(error, undefined, `seed ${seed} with share groups: ${error?.message}`);
    assert.equal((await simulate({ seed, swarm })).digest, digest);
  }
});

test('members of a group of the consumer protocol are given every offset once and in order', async () => {
  for (const seed of CONSUMER_GROUP_SEEDS) {
    const { error } = await simulate({ seed, swarm: { groupMembers: 2, groupProtocol: 'consumer', readers: 0 } });
    assert.equal(error, undefined, `seed ${seed}: ${error?.message}`);
  }
});

test('a task of a streams group is active in one member at a time, and in one in the end', async () => {
  for (const seed of STREAMS_SEEDS) {
    const { error } = await simulate({ seed, swarm: { streamsMembers: 3 } });
    assert.equal(error, undefined, `seed ${seed}: ${error?.message}`);
  }
});

test('a topic that is compacted keeps the newest record of each key', async () => {
  for (const seed of KEYED_SEEDS) {
    const { error } = await simulate({ seed, swarm: { overwrites: 60 } });
    assert.equal(error, undefined, `seed ${seed}: ${error?.message}`);
  }
});

test('retention takes nothing that is young by the time of its records, however the clock of the broker jumps', async () => {
  for (const seed of RETENTION_SEEDS) {
    const { error } = await simulate({ seed, swarm: { retentionMs: 100, jumpsClock: true } });
    assert.equal(error, undefined, `seed ${seed}: ${error?.message}`);
  }
});

test('of a file that changes by itself nothing bad is given out, and nothing else is lost', async () => {
  for (const seed of ROT_SEEDS) {
    for (const rotsIn of ['stopped', 'running', 'metadata'] as const) {
      const { error } = await simulate({ seed, swarm: { rots: true, rotsIn } });
      assert.equal(error, undefined, `seed ${seed}, ${rotsIn}: ${error?.message}`);
    }
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
      transactions: 12,
      cutsNetwork: true,
      pausesBroker: true,
      jumpsClock: true,
      clockRate: 1.1,
      fillsDisk: true,
      failsSync: true,
      failsReads: true,
      recreatesTopics: true,
      logDirectories: 2,
      losesDirectory: true,
      shareGroups: 2,
      shareMembers: 2,
      streamsMembers: 2,
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

/** Much that is unsynced when the power goes, in batches of several sectors. Any run may find the bug, but most have little that can be torn. */
const TORN_WRITES: Partial<Swarm> = {
  crashes: 4,
  powerCutPercent: 100,
  lastCalls: 80,
  maxLifeMs: 300,
  idempotentProducers: 0,
  plainProducers: 0,
  hastyProducers: 2,
  recordsPerProducer: 80,
  maxThinkMs: 5,
  maxValueBytes: 6000,
  compression: 'none',
  readers: 0,
  groupMembers: 0,
  commits: 0,
  adminActions: 0,
  transactions: 0,
};

for (const plantedBug of PLANTED_BUGS) {
  test(`a planted bug is found within ${MOST_SEEDS} seeds: ${plantedBug}`, async () => {
    const swarm = plantedBug === 'skip-crc-on-recovery' ? TORN_WRITES : {};
    for (let seed = FIRST_SEED; seed <= MOST_SEEDS; seed++) {
      const { error } = await simulate({ seed, plantedBug, swarm });
      if (error === undefined) continue;
      const unplanted = await simulate({ seed, swarm });
      assert.equal(unplanted.error, undefined, `seed ${seed} fails without the bug too`);
      return;
    }
    assert.fail('it was not found');
  });
}
