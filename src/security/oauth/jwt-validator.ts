// Checks the tokens of an OAuth provider: JSON web tokens (RFC 7519) that one of its keys has signed, as RFC 8725 recommends.

import type { JWTPayload } from 'jose';
import type { Clock } from '../../platform/index.ts';
import type { SaslIdentity } from '../sasl/sasl-server.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface JwtRules {
  readonly issuer: string;
  /** A token must be for one of them. */
  readonly audiences: readonly string[];
  readonly clockSkewSeconds: number;
  /** Names of claims. */
  readonly scopeClaim: string;
  readonly subjectClaim: string;
}

/** Rejects with the reason when the token is not to be trusted. */
export type JwtValidator = (token: string) => Promise<SaslIdentity>;

/** Only signatures that a public key checks. With a shared secret, whoever can check a token could make one; and `none` proves nothing. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

export function jwtValidator(keys: SigningKeys, rules: JwtRules, clock: Clock): JwtValidator {
  return async (token) => {
    const { jwtVerify } = await import('jose');
    const { payload } = await jwtVerify(token, keys.find, {
      algorithms: ALGORITHMS,
      issuer: rules.issuer,
      audience: [...rules.audiences],
      clockTolerance: rules.clockSkewSeconds,
      currentDate: new Date(clock.now()),
      requiredClaims: ['exp', 'iat'],
    });
    requireScopes(payload[rules.scopeClaim], rules.scopeClaim);
    return {
      name: subjectOf(payload, rules.subjectClaim),
      isTokenAuthenticated: false,
      expiresAtMs: Number(payload.exp) * 1000,
    };
  };
}

function subjectOf(payload: JWTPayload, claim: string): string {
  const subject = payload[claim];
  if (typeof subject !== 'string' || subject.trim() === '') throw new Error(`the claim ${claim} names nobody`);
  return subject.trim();
}

/** A token need not have scopes, but those that it has must be well formed. */
function requireScopes(claim: unknown, name: string): void {
  if (typeof claim !== 'string' && !Array.isArray(claim)) return;
  const scopes: unknown[] = typeof claim === 'string' ? [claim] : claim;
  const names = scopes.map((scope) => (typeof scope === 'string' ? scope.trim() : ''));
  if (names.includes('')) throw new Error(`the claim ${name} has a scope without a name`);
  if (new Set(names).size < names.length) throw new Error(`the claim ${name} has a scope twice`);
}
