// Finds what is kept of those who log in with SCRAM: of users in the metadata, of delegation tokens what their secret gives.

import { isTokenExpired, type MetadataImage, parsePrincipal } from '../../metadata/index.ts';
import type { Clock, Random } from '../../platform/index.ts';
import {
  type ScramLogin,
  type ScramMechanism,
  saltedPassword,
  scramKeys,
  tokenPassword,
} from '../../security/index.ts';

export interface ScramLoginsOptions {
  readonly image: () => MetadataImage;
  readonly clock: Clock;
  readonly random: Random;
  /** `delegation.token.secret.key`; null where there are no tokens. */
  readonly tokenSecretKey: string | null;
}

const SALT_BYTES = 20;

export function scramLogins(options: ScramLoginsOptions) {
  return async (mechanism: ScramMechanism, name: string, isToken: boolean): Promise<ScramLogin | undefined> => {
    if (isToken) return tokenLogin(mechanism, name, options);
    const credential = options.image().scram.credential(name, mechanism.id);
    if (credential === undefined) return undefined;
    return { credential, identity: { name, isTokenAuthenticated: false, expiresAtMs: undefined } };
  };
}

async function tokenLogin(
  mechanism: ScramMechanism,
  tokenId: string,
  { image, clock, random, tokenSecretKey }: ScramLoginsOptions,
): Promise<ScramLogin | undefined> {
  const token = image().delegationTokens.byId.get(tokenId);
  if (token === undefined || tokenSecretKey === null || isTokenExpired(token, clock.now())) return undefined;
  const salt = random.bytes(SALT_BYTES);
  const iterations = mechanism.minIterations;
  const salted = await saltedPassword(mechanism, tokenPassword(tokenSecretKey, tokenId), salt, iterations);
  return {
    credential: { ...scramKeys(mechanism, salted), salt, iterations },
    identity: {
      name: parsePrincipal(token.owner).principalName,
      isTokenAuthenticated: true,
      expiresAtMs: Number(token.expirationTimestamp),
    },
  };
}
