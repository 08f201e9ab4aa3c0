// The broker's side of SCRAM (RFC 5802, RFC 7677) without channel binding. Who does not exist is asked for a proof like everybody else, so that an
// exchange never tells whether a user exists; the extension `tokenauth=true` says that the name is a delegation token's id (KIP-48).

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Random } from '../../platform/index.ts';
import { provenStoredKey, type ScramCredential, serverSignature } from '../scram/scram-keys.ts';
import type { ScramMechanism } from '../scram/scram-mechanism.ts';
import { SaslError, type SaslIdentity, type SaslServer, type SaslStep } from './sasl-server.ts';

/** What is known of whoever is about to log in. */
export interface ScramLogin {
  readonly credential: ScramCredential;
  readonly identity: SaslIdentity;
}

export interface ScramServerOptions {
  readonly mechanism: ScramMechanism;
  readonly random: Random;
  /** From it come the salts of users who do not exist: the same one for the same name, as long as the process lives. */
  readonly decoySecret: Buffer;
  find(name: string, isToken: boolean): ScramLogin | undefined | Promise<ScramLogin | undefined>;
}

const CLIENT_FIRST =
  /^(n,(?:a=((?:[^=,\0]|=2C|=3D)*))?,)((?:m=[^\0=,]*,)?n=((?:[^=,\0]|=2C|=3D)+),r=([\x21-\x2b\x2d-\x7e]+)((?:,[A-Za-z]+=[^\0,]+)*))$/;
const CLIENT_FINAL = /^(c=([A-Za-z0-9+/=]+),r=([\x21-\x2b\x2d-\x7e]+)(?:,[A-Za-z]+=[^\0,]+)*),p=([A-Za-z0-9+/=]+)$/;
const NONCE_BYTES = 24;
/** What Kafka's tools choose, so that who does not exist looks like who was created by them. */
const DECOY_ITERATIONS = 4096;
const DECOY_SALT_BITS = 130;

interface Pending {
  readonly login: ScramLogin | undefined;
  readonly credential: ScramCredential;
  readonly gs2Header: string;
  readonly nonce: string;
  readonly clientFirstBare: string;
  readonly serverFirst: string;
}

export function scramServer(options: ScramServerOptions): SaslServer {
  let pending: Pending | undefined;
  return {
    async evaluate(message): Promise<SaslStep> {
      if (pending !== undefined) return finish(message.toString(), pending, options.mechanism);
      pending = await begin(message.toString(), options);
      return { challenge: Buffer.from(pending.serverFirst) };
    },
  };
}

async function begin(message: string, options: ScramServerOptions): Promise<Pending> {
  const match = CLIENT_FIRST.exec(message);
  if (match === null) throw new SaslError('the first message of the client cannot be read', false);
  const [
    ,
    gs2Header = '',
    authorizationName = '',
    clientFirstBare = '',
    saslName = '',
    clientNonce = '',
    extensions = '',
  ] = match;
  const name = unescaped(saslName);
  const login = await options.find(name, extensions.split(',').includes('tokenauth=true'));
  if (authorizationName !== '' && unescaped(authorizationName) !== name) {
    throw new SaslError(
      'Authentication failed: Client requested an authorization id that is different from username',
      true,
    );
  }
  const credential = login?.credential ?? decoyOf(name, options);
  const nonce = clientNonce + options.random.bytes(NONCE_BYTES).toString('base64');
  const serverFirst = `r=${nonce},s=${credential.salt.toString('base64')},i=${credential.iterations}`;
  return { login, credential, gs2Header, nonce, clientFirstBare, serverFirst };
}

function finish(message: string, pending: Pending, mechanism: ScramMechanism): SaslStep {
  const match = CLIENT_FINAL.exec(message);
  if (match === null) throw new SaslError('the last message of the client cannot be read', false);
  const [, withoutProof = '', channelBinding = '', nonce = '', proof = ''] = match;
  const { login, credential, clientFirstBare, serverFirst } = pending;
  if (Buffer.from(channelBinding, 'base64').toString() !== pending.gs2Header) {
    throw new SaslError('the channel binding is not the one that the exchange began with', false);
  }
  // The whole nonce, not only the server's part of it (CVE-2024-56128).
  if (nonce !== pending.nonce) throw new SaslError('the nonce is not the one that was given', false);
  const authMessage = `${clientFirstBare},${serverFirst},${withoutProof}`;
  const { storedKey } = credential;
  const proven = provenStoredKey(mechanism, storedKey, authMessage, Buffer.from(proof, 'base64'));
  if (!timingSafeEqual(proven, storedKey) || login === undefined) {
    throw new SaslError('the client does not know the password', false);
  }
  const signature = serverSignature(mechanism, credential, authMessage);
  return { challenge: Buffer.from(`v=${signature.toString('base64')}`), identity: login.identity };
}

/** A credential that nobody has a password for. */
function decoyOf(name: string, { mechanism, decoySecret }: ScramServerOptions): ScramCredential {
  const digest = createHmac(mechanism.hash, decoySecret).update(name).digest();
  const salt = BigInt.asUintN(DECOY_SALT_BITS, BigInt(`0x${digest.toString('hex')}`)).toString(36);
  return { salt: Buffer.from(salt), iterations: DECOY_ITERATIONS, storedKey: digest, serverKey: digest };
}

function unescaped(saslName: string): string {
  return saslName.replaceAll('=2C', ',').replaceAll('=3D', '=');
}
