// The two keys that a server keeps of a password, by the formulas of RFC 5802, section 3.

import { createHash, createHmac } from 'node:crypto';
import type { ScramMechanism } from './scram-mechanism.ts';

export interface ScramKeys {
  /** The client proves that it knows what this is the hash of. */
  readonly storedKey: Buffer;
  /** By it the server proves that it knew the password once. */
  readonly serverKey: Buffer;
}

export function scramKeys({ hash }: ScramMechanism, saltedPassword: Buffer): ScramKeys {
  const clientKey = createHmac(hash, saltedPassword).update('Client Key').digest();
  return {
    storedKey: createHash(hash).update(clientKey).digest(),
    serverKey: createHmac(hash, saltedPassword).update('Server Key').digest(),
  };
}
