import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../platform/index.ts';
import { type JwtRules, jwtValidator } from './jwt-validator.ts';
import { SigningKeys } from './signing-keys.ts';
import { createTestIssuer, type TestIssuer, type TestToken } from './test-issuer.ts';

const RULES: JwtRules = {
  issuer: 'https://issuer.test',
  audiences: ['other', 'millrace'],
  clockSkewSeconds: 30,
  scopeClaim: 'scope',
  subjectClaim: 'sub',
};

async function validatorOf(issuer: TestIssuer, clock: ManualClock, rules: Partial<JwtRules> = {}) {
  const keys = await SigningKeys.load({
    source: { location: 'memory', read: async () => issuer.keySet, mayHaveChanged: () => false },
    ...{ clock, retryBackoffMs: 100, retryBackoffMaxMs: 1000, onFailure: () => {} },
  });
  return jwtValidator(keys, { ...RULES, ...rules }, clock);
}

test('a good token tells who brings it, and until when', async () => {
  const clock = new ManualClock();
  const issuer = createTestIssuer();
  const validate = await validatorOf(issuer, clock);
  const expiresAtMs = (Math.floor(clock.now() / 1000) + 3600) * 1000;
  const alice = { name: 'alice', isTokenAuthenticated: false, expiresAtMs };
  assert.deepEqual(await validate(issuer.issue(clock.now())), alice);
  const email = await validatorOf(issuer, clock, { subjectClaim: 'email' });
  assert.equal((await email(issuer.issue(clock.now(), { claims: { email: 'a@b' } }))).name, 'a@b');
});

test('a token that anything is wrong with is refused', async () => {
  const clock = new ManualClock();
  const issuer = createTestIssuer();
  const validate = await validatorOf(issuer, clock);
  const nowMs = clock.now();
  const seconds = Math.floor(nowMs / 1000);
  const wrong: Record<string, TestToken> = {
    'no signature': { algorithm: 'none' },
    'no signature, in other letters': { algorithm: 'none', header: { alg: 'nOnE' } },
    'the public key as a secret': { algorithm: 'HS256' },
    'another algorithm than that of the key': { header: { alg: 'RS256' } },
    'a key that there is not': { header: { kid: 'key-2' } },
    'another issuer': { claims: { iss: 'https://evil.test' } },
    'no issuer': { claims: { iss: undefined } },
    'another audience': { claims: { aud: ['shop'] } },
    'no audience': { claims: { aud: undefined } },
    'its time is over': { claims: { exp: seconds - 31 } },
    'no end': { claims: { exp: undefined } },
    'no time of issue': { claims: { iat: undefined } },
    'not good yet': { claims: { nbf: seconds + 31 } },
    'no subject': { claims: { sub: undefined } },
    'a blank subject': { claims: { sub: ' ' } },
    'a subject that is no text': { claims: { sub: { name: 'alice' } } },
    'a scope twice': { claims: { scope: ['read', 'read'] } },
    'a scope that is no text': { claims: { scope: [1] } },
    'an extension that must be understood': { header: { crit: ['x'], x: 1 } },
  };
  for (const [reason, token] of Object.entries(wrong)) {
    await assert.rejects(validate(issuer.issue(nowMs, token)), reason);
  }
  await assert.rejects(validate(createTestIssuer().issue(nowMs)), 'the key of somebody else');
  const [header, , signature] = issuer.issue(nowMs).split('.');
  const [, otherClaims] = issuer.issue(nowMs, { claims: { sub: 'admin' } }).split('.');
  await assert.rejects(validate(`${header}.${otherClaims}.${signature}`), 'other claims than were signed');
  for (const text of ['', 'a', '..', 'a.b.c', 'a.b.c.d.e']) await assert.rejects(validate(text));
});

test('clocks may differ by the skew', async () => {
  const clock = new ManualClock();
  const issuer = createTestIssuer();
  const validate = await validatorOf(issuer, clock);
  const seconds = Math.floor(clock.now() / 1000);
  const claims = { exp: seconds - 29, nbf: seconds + 29, scope: ['read', 'write'] };
  assert.equal((await validate(issuer.issue(clock.now(), { claims }))).name, 'alice');
});

test('a key or an address that comes with a token counts for nothing', async () => {
  const clock = new ManualClock();
  const issuer = createTestIssuer();
  const validate = await validatorOf(issuer, clock);
  const thief = createTestIssuer();
  const [jwk] = JSON.parse(thief.keySet.toString()).keys;
  for (const header of [{ jwk }, { jku: 'https://evil.test/keys' }, { x5u: 'https://evil.test/certificate' }]) {
    await assert.rejects(validate(thief.issue(clock.now(), { header })), {
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
  }
});
