// PLAIN (RFC 4616): name and password in one message. The passwords are those of the listener's login context.

import { createHash, timingSafeEqual } from 'node:crypto';
import { SaslError, type SaslServer, type SaslStep } from './sasl-server.ts';

/** The options of a login context that name users: `user_alice="secret"`. */
const USER_PREFIX = 'user_';

/** No password has this hash. */
const NOBODY = Buffer.alloc(32);

/** By user. A password is kept as its hash, so that it is not in memory as text, and takes the same time to compare whatever its length. */
export type PlainPasswords = ReadonlyMap<string, Buffer>;

export function plainPasswords(options: ReadonlyMap<string, string>): PlainPasswords {
  const users = [...options].filter(([name]) => name.startsWith(USER_PREFIX));
  return new Map(users.map(([name, password]) => [name.slice(USER_PREFIX.length), hashOf(password)]));
}

export function plainServer(passwords: PlainPasswords): SaslServer {
  return { evaluate: (message) => evaluate(message, passwords) };
}

function evaluate(message: Buffer, passwords: PlainPasswords): SaslStep {
  const parts = message.toString().split('\0', 4);
  if (parts.length !== 3) {
    throw new SaslError(`Invalid SASL/PLAIN response: expected 3 tokens, got ${parts.length}`, true);
  }
  const [authorizationId = '', name = '', password = ''] = parts;
  if (name === '') throw new SaslError('Authentication failed: username not specified', true);
  if (password === '') throw new SaslError('Authentication failed: password not specified', true);
  // A user who does not exist costs as much time as a wrong password.
  if (!timingSafeEqual(hashOf(password), passwords.get(name) ?? NOBODY))
    throw new SaslError('Authentication failed: Invalid username or password', true);
  if (authorizationId !== '' && authorizationId !== name) {
    throw new SaslError(
      'Authentication failed: Client requested an authorization id that is different from username',
      true,
    );
  }
  return {
    challenge: Buffer.alloc(0),
    identity: { name, isTokenAuthenticated: false, expiresAtMs: undefined },
  };
}

function hashOf(password: string): Buffer {
  return createHash('sha256').update(password).digest();
}
