// What a client logs in with: for every connection, and every time that its session must be renewed, an exchange of its mechanism.

import type { Clock, Random } from '../../platform/index.ts';
import {
  oauthBearerClient,
  plainClient,
  type SaslClient,
  SaslError,
  SCRAM_MECHANISMS,
  scramClient,
} from '../../security/index.ts';
import { ClientError } from '../errors.ts';
import type { SaslOptions } from './security-options.ts';
import { TokenSource } from './token-source.ts';

export interface SaslLogin {
  readonly mechanism: string;
  /** Rejects with `SaslError` when there is nothing to log in with: the provider of tokens failed. */
  createClient(): SaslClient | Promise<SaslClient>;
}

export interface SaslLoginOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Wait for the provider of tokens, ms. */
  readonly tokenTimeoutMs: number;
}

/** Throws `ClientError` for a mechanism that there is not. */
export function saslLogin(sasl: SaslOptions, { clock, random, tokenTimeoutMs }: SaslLoginOptions): SaslLogin {
  const { mechanism } = sasl;
  if (mechanism === 'PLAIN') return { mechanism, createClient: () => plainClient(sasl.username, sasl.password) };
  if (mechanism === 'OAUTHBEARER') {
    const tokens = new TokenSource({ clock, timeoutMs: tokenTimeoutMs, provide: sasl.token });
    return { mechanism, createClient: async () => oauthBearerClient(await tokenOf(tokens), sasl.extensions) };
  }
  const scram = [...SCRAM_MECHANISMS.values()].find(({ name }) => name === mechanism);
  if (scram === undefined) throw new ClientError(`There is no SASL mechanism ${String(mechanism)} in this client`);
  const { username, password, isDelegationToken: isToken = false } = sasl;
  return { mechanism, createClient: () => scramClient({ mechanism: scram, random, username, password, isToken }) };
}

async function tokenOf(tokens: TokenSource): Promise<string> {
  try {
    return (await tokens.get()).value;
  } catch (error) {
    throw new SaslError(`there is no token: ${error instanceof Error ? error.message : error}`, true, { cause: error });
  }
}
