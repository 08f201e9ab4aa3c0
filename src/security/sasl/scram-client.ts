// The client's side of SCRAM (RFC 5802, RFC 7677) without channel binding. The password never leaves it, and a broker that does not know what
// was made of it is found out.

import { timingSafeEqual } from 'node:crypto';
import type { Random } from '../../platform/index.ts';
import { clientProof, saltedPassword, scramKeys, serverSignature } from '../scram/scram-keys.ts';
import type { ScramMechanism } from '../scram/scram-mechanism.ts';
import type { SaslClient } from './sasl-client.ts';
import { SaslError } from './sasl-server.ts';

export interface ScramClientOptions {
  readonly mechanism: ScramMechanism;
  readonly random: Random;
  readonly username: string;
  readonly password: string;
  /** The name is the id of a delegation token, and the password its HMAC (KIP-48). */
  readonly isToken: boolean;
}

const SERVER_FIRST = /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/=]+),i=([0-9]{1,9})(?:,.*)?$/;
const SERVER_FINAL = /^(?:v=([A-Za-z0-9+/=]+)|e=([^,]*))(?:,.*)?$/;
const GS2_HEADER = 'n,,';
const NONCE_BYTES = 24;
/** Each costs the client time, so a broker may not ask for any number of them: at this one it is about a second. */
const MAX_ITERATIONS = 1_000_000;

export function scramClient(options: ScramClientOptions): SaslClient {
  const nonce = options.random.bytes(NONCE_BYTES).toString('base64');
  const extension = options.isToken ? ',tokenauth=true' : '';
  const clientFirstBare = `n=${escaped(options.username)},r=${nonce}${extension}`;
  let step = async (_challenge: string): Promise<Buffer | undefined> => {
    step = prove;
    return Buffer.from(GS2_HEADER + clientFirstBare);
  };

  async function prove(serverFirst: string): Promise<Buffer> {
    const { mechanism, password } = options;
    const { serverNonce, salt, iterations } = readServerFirst(serverFirst, nonce, mechanism);
    const salted = await saltedPassword(mechanism, password, salt, iterations);
    const keys = scramKeys(mechanism, salted);
    const withoutProof = `c=${Buffer.from(GS2_HEADER).toString('base64')},r=${serverNonce}`;
    const authMessage = `${clientFirstBare},${serverFirst},${withoutProof}`;
    const expected = serverSignature(mechanism, keys, authMessage);
    step = async (serverFinal) => {
      checkServerFinal(serverFinal, expected);
      return undefined;
    };
    return Buffer.from(`${withoutProof},p=${clientProof(mechanism, salted, keys, authMessage).toString('base64')}`);
  }

  return { respond: (challenge) => step(challenge.toString()) };
}

function readServerFirst(message: string, nonce: string, mechanism: ScramMechanism) {
  const [, serverNonce = '', salt = '', iterationsText = ''] = SERVER_FIRST.exec(message) ?? [];
  const iterations = Number(iterationsText);
  // An answer to somebody else's question could be one that was recorded.
  if (!serverNonce.startsWith(nonce) || serverNonce.length === nonce.length) {
    throw new SaslError('the first message of the broker does not answer ours', true);
  }
  if (iterations < mechanism.minIterations || iterations > MAX_ITERATIONS) {
    throw new SaslError(
      `the broker asks for ${iterations} iterations, ${mechanism.minIterations} to ${MAX_ITERATIONS} are allowed`,
      true,
    );
  }
  return { serverNonce, salt: Buffer.from(salt, 'base64'), iterations };
}

function checkServerFinal(message: string, expected: Buffer): void {
  const match = SERVER_FINAL.exec(message);
  if (match === null) throw new SaslError('the last message of the broker cannot be read', true);
  const [, signature, reason] = match;
  if (signature === undefined) throw new SaslError(`the broker refused: ${reason}`, true);
  const received = Buffer.from(signature, 'base64');
  if (received.length !== expected.length || !timingSafeEqual(received, expected)) {
    throw new SaslError('the broker does not know what was made of the password: it is not who it says it is', true);
  }
}

/** `,` and `=` have a meaning in messages. */
function escaped(name: string): string {
  return name.replaceAll('=', '=3D').replaceAll(',', '=2C');
}
