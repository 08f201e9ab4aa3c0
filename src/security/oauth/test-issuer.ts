// An OAuth provider that issues tokens, for tests: its keys live as long as the test.

import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface TestToken {
  /** Over claims of a good token of `alice`; undefined leaves a claim out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** `none` and `HS256` (with the public key as the secret, as attackers try) are no algorithms that anybody should take. Default ES256. */
  readonly algorithm?: 'ES256' | 'HS256' | 'none';
}

export interface TestIssuer {
  /** The document with its public key. */
  readonly keySet: Buffer;
  /** `nowMs`: the time of issue; the token is good for an hour. */
  issue(nowMs: number, token?: TestToken): string;
}

const HOUR_SECONDS = 3600;

/** Tokens come from `https://issuer.test` and are for `millrace`. */
export function createTestIssuer(keyId = 'key-1'): TestIssuer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: keyId, use: 'sig' };
  return {
    keySet: Buffer.from(JSON.stringify({ keys: [jwk] })),
    issue(nowMs, { claims, header, algorithm = 'ES256' } = {}) {
      const iat = Math.floor(nowMs / 1000);
      const good = { iss: 'https://issuer.test', aud: 'millrace', sub: 'alice', iat, exp: iat + HOUR_SECONDS };
      const content = [
        { alg: algorithm, kid: keyId, ...header },
        { ...good, ...claims },
      ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
      const text = content.join('.');
      return `${text}.${signatureOf(text, algorithm, publicKey, privateKey).toString('base64url')}`;
    },
  };
}

function signatureOf(text: string, algorithm: string, publicKey: KeyObject, privateKey: KeyObject): Buffer {
  if (algorithm === 'none') return Buffer.alloc(0);
  if (algorithm === 'HS256') {
    return createHmac('sha256', publicKey.export({ type: 'spki', format: 'pem' }))
      .update(text)
      .digest();
  }
  return sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
}
