// Finds what is kept of the passwords of users who log in with SCRAM.

import type { MetadataImage } from '../../metadata/index.ts';
import type { ScramLogin, ScramMechanism } from '../../security/index.ts';

export function scramLogins(image: () => MetadataImage) {
  return async (mechanism: ScramMechanism, name: string, isToken: boolean): Promise<ScramLogin | undefined> => {
    const credential = isToken ? undefined : image().scram.credential(name, mechanism.id);
    if (credential === undefined) return undefined;
    return { credential, identity: { name, isTokenAuthenticated: false, expiresAtMs: undefined } };
  };
}
