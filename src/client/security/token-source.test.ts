import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../platform/index.ts';
import { type OAuthToken, TokenSource } from './token-source.ts';

const HOUR_MS = 3_600_000;

/** Gives `token 1`, `token 2` ..., each good for an hour. */
function source(clock: ManualClock, provide?: () => Promise<OAuthToken>) {
  const provider = { calls: 0, error: undefined as Error | undefined };
  const tokens = new TokenSource({
    clock,
    timeoutMs: 1000,
    provide:
      provide ??
      (async () => {
        provider.calls++;
        if (provider.error) throw provider.error;
        return { value: `token ${provider.calls}`, expiresAtMs: clock.now() + HOUR_MS };
      }),
  });
  return { tokens, provider };
}

test('a token serves all logins for four fifths of its life', async () => {
  const clock = new ManualClock();
  const { tokens, provider } = source(clock);
  const both = await Promise.all([tokens.get(), tokens.get()]);
  assert.deepEqual(
    both.map(({ value }) => value),
    ['token 1', 'token 1'],
  );
  clock.advance(HOUR_MS * 0.79);
  assert.equal((await tokens.get()).value, 'token 1');
  clock.advance(HOUR_MS * 0.02);
  assert.equal((await tokens.get()).value, 'token 2');
  assert.equal(provider.calls, 2);
});

test('while the old token is good it does not matter that there is no new one', async () => {
  const clock = new ManualClock();
  const { tokens, provider } = source(clock);
  await tokens.get();
  provider.error = new Error('out of order');
  clock.advance(HOUR_MS * 0.9);
  assert.equal((await tokens.get()).value, 'token 1');
  clock.advance(HOUR_MS * 0.1);
  await assert.rejects(tokens.get(), /out of order/);
});

test('a token without an end is asked for at each login', async () => {
  let calls = 0;
  const { tokens } = source(new ManualClock(), async () => ({ value: String(++calls) }));
  assert.equal((await tokens.get()).value, '1');
  assert.equal((await tokens.get()).value, '2');
});

test('a provider that never answers is given up', async () => {
  const clock = new ManualClock();
  const { tokens } = source(clock, () => new Promise(() => {}));
  const asked = assert.rejects(tokens.get(), /gave no token within 1000 ms/);
  clock.advance(1000);
  await asked;
});
