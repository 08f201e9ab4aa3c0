// What is made of a password, by the formulas of RFC 5802, section 3.

import { createHash, createHmac, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import type { ScramMechanism } from './scram-mechanism.ts';

/** What a server keeps of a password. */
export interface ScramKeys {
  /** The client proves that it knows what this is the hash of. */
  readonly storedKey: Buffer;
  /** By it the server proves that it knew the password once. */
  readonly serverKey: Buffer;
}

export interface ScramCredential extends ScramKeys {
  readonly salt: Buffer;
  readonly iterations: number;
}

const pbkdf2Async = promisify(pbkdf2);

/** Hi(password, salt, iterations); the work is done beside the event loop. */
export function saltedPassword(
  { hash }: ScramMechanism,
  password: string,
  salt: Buffer,
  iterations: number,
): Promise<Buffer> {
  return pbkdf2Async(password, salt, iterations, createHash(hash).digest().length, hash);
}

export function scramKeys({ hash }: ScramMechanism, salted: Buffer): ScramKeys {
  return {
    storedKey: createHash(hash).update(clientKeyOf(hash, salted)).digest(),
    serverKey: createHmac(hash, salted).update('Server Key').digest(),
  };
}

/** By which a client proves that it knows the password. */
export function clientProof(
  { hash }: ScramMechanism,
  salted: Buffer,
  { storedKey }: ScramKeys,
  authMessage: string,
): Buffer {
  return xor(clientKeyOf(hash, salted), createHmac(hash, storedKey).update(authMessage).digest());
}

/** The stored key to which a proof leads; the right one, if the client knows the password. */
export function provenStoredKey(
  { hash }: ScramMechanism,
  storedKey: Buffer,
  authMessage: string,
  proof: Buffer,
): Buffer {
  const signature = createHmac(hash, storedKey).update(authMessage).digest();
  return createHash(hash).update(xor(proof, signature)).digest();
}

export function serverSignature({ hash }: ScramMechanism, { serverKey }: ScramKeys, authMessage: string): Buffer {
  return createHmac(hash, serverKey).update(authMessage).digest();
}

function clientKeyOf(hash: string, salted: Buffer): Buffer {
  return createHmac(hash, salted).update('Client Key').digest();
}

function xor(left: Buffer, right: Buffer): Buffer {
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)));
}
