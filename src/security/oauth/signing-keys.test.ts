import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock, MemoryDisk, writeFileAtomically } from '../../platform/index.ts';
import { jwtValidator } from './jwt-validator.ts';
import { type KeySource, keyEndpoint, keyFile, SigningKeys } from './signing-keys.ts';
import { createTestIssuer, type TestIssuer } from './test-issuer.ts';

const HOUR_MS = 3_600_000;

/** Says of tokens whether they are taken. */
async function doorOf(source: KeySource, clock: ManualClock, failures: Error[] = []) {
  const retry = { retryBackoffMs: 100, retryBackoffMaxMs: 300 };
  const keys = await SigningKeys.load({ source, clock, ...retry, onFailure: (error) => failures.push(error) });
  const validate = jwtValidator(
    keys,
    {
      ...{ issuer: 'https://issuer.test', audiences: ['millrace'], clockSkewSeconds: 0 },
      ...{ scopeClaim: 'scope', subjectClaim: 'sub' },
    },
    clock,
  );
  return (issuer: TestIssuer) =>
    validate(issuer.issue(clock.now())).then(
      () => true,
      () => false,
    );
}

/** A provider at an address; `keySet` undefined stands for one that is down. */
function provider(clock: ManualClock, first: TestIssuer) {
  const state = { keySet: first.keySet as Buffer | undefined, reads: 0 };
  const source = keyEndpoint({
    url: new URL('https://issuer.test/keys'),
    trusted: undefined,
    refreshMs: HOUR_MS,
    clock,
    getOverHttps: async ({ url }) => {
      assert.equal(url.href, 'https://issuer.test/keys');
      state.reads++;
      return state.keySet ?? Promise.reject(new Error('down'));
    },
  });
  return { state, source };
}

test('keys are read again when they are old, and not sooner', async () => {
  const clock = new ManualClock();
  const [old, next] = [createTestIssuer('same'), createTestIssuer('same')];
  const { state, source } = provider(clock, old);
  const isTaken = await doorOf(source, clock);
  state.keySet = next.keySet;
  await clock.advanceAndSettle(HOUR_MS - 1);
  assert.deepEqual([await isTaken(old), await isTaken(next), state.reads], [true, false, 1]);
  await clock.advanceAndSettle(1);
  assert.deepEqual([await isTaken(old), await isTaken(next), state.reads], [false, true, 2]);
});

test('a token of an unknown key asks the provider at once, but a flood of them does not', async () => {
  const clock = new ManualClock();
  const { state, source } = provider(clock, createTestIssuer('old'));
  const isTaken = await doorOf(source, clock);
  const next = createTestIssuer('next');
  state.keySet = next.keySet;
  assert.equal(await isTaken(next), false);
  await clock.advanceAndSettle(10_000);
  assert.deepEqual([await isTaken(next), state.reads], [true, 2]);
  for (let count = 0; count < 100; count++) assert.equal(await isTaken(createTestIssuer(`unknown-${count}`)), false);
  assert.equal(state.reads, 2);
});

test('a provider that is down leaves the keys in use, and is asked again after pauses that grow', async () => {
  const clock = new ManualClock();
  const issuer = createTestIssuer();
  const { state, source } = provider(clock, issuer);
  const failures: Error[] = [];
  const isTaken = await doorOf(source, clock, failures);
  state.keySet = undefined;
  await clock.advanceAndSettle(HOUR_MS);
  assert.equal(await isTaken(issuer), true);
  for (const pauseMs of [100, 200, 300, 300]) {
    const { reads } = state;
    await clock.advanceAndSettle(pauseMs - 1);
    assert.deepEqual([await isTaken(issuer), state.reads], [true, reads]);
    await clock.advanceAndSettle(1);
    assert.deepEqual([await isTaken(issuer), state.reads], [true, reads + 1]);
  }
  assert.equal(failures.length, 5);
});

test('a file is read again when it was replaced', async () => {
  const clock = new ManualClock();
  const disk = new MemoryDisk(clock);
  await disk.makeDirectory('/keys');
  const [old, next] = [createTestIssuer('old'), createTestIssuer('next')];
  await writeFileAtomically(disk, '/keys/set.json', old.keySet);
  const isTaken = await doorOf(keyFile('/keys/set.json', disk), clock);
  assert.equal(await isTaken(old), true);
  await clock.advanceAndSettle(1000);
  await writeFileAtomically(disk, '/keys/set.json', next.keySet);
  assert.deepEqual([await isTaken(old), await isTaken(next)], [false, true]);
});

test('what is no set of public keys is refused', async () => {
  const clock = new ManualClock();
  for (const text of ['', '{', '{}', '{"keys":1}', '{"keys":[1]}']) {
    const source = { location: 'memory', read: async () => Buffer.from(text), mayHaveChanged: () => false };
    await assert.rejects(doorOf(source, clock), text);
  }
});
