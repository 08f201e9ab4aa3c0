// Proves to a broker who the client is (KIP-43, KIP-152), and sees to it that it is proved again before the session ends (KIP-368).

import type { Clock, Random } from '../../platform/index.ts';
import { errorName, saslAuthenticate, saslHandshake } from '../../protocol/index.ts';
import { SaslError } from '../../security/index.ts';
import type { Connection, Renewal } from '../connection.ts';
import { AuthenticationError } from '../errors.ts';
import type { ConnectionMetrics } from '../metrics/connection-metrics.ts';
import type { SaslLogin } from './sasl-login.ts';

export interface LogInOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal?: AbortSignal | undefined;
  readonly metrics?: ConnectionMetrics | undefined;
}

/** The part of a session after which it is renewed; chance spreads the clients of a broker over the window. */
const RENEW_AFTER = 0.85;
const RENEW_WINDOW = 0.1;

/** Rejects with `AuthenticationError` when either side does not accept the other, or there is nothing to show. */
export async function logIn(connection: Connection, login: SaslLogin, options: LogInOptions): Promise<void> {
  try {
    await exchange(connection, login, options);
    options.metrics?.loggedIn(true);
  } catch (error) {
    options.metrics?.loggedIn(false);
    if (!(error instanceof SaslError)) throw error;
    throw new AuthenticationError(connection.address, `${login.mechanism}: ${error.message}`, { cause: error });
  }
}

async function exchange(connection: Connection, login: SaslLogin, options: LogInOptions): Promise<void> {
  const { clock, signal } = options;
  const client = await login.createClient();
  const chosen = await connection.send(saslHandshake, { mechanism: login.mechanism }, { signal });
  if (chosen.errorCode !== 0) throw refusal(chosen.errorCode, `it takes ${chosen.mechanisms.join(', ') || 'none'}`);
  let message = await client.respond(Buffer.alloc(0));
  while (message !== undefined) {
    const askedAtMs = clock.monotonic();
    const answer = await connection.send(saslAuthenticate, { authBytes: message }, { signal });
    if (answer.errorCode !== 0) throw refusal(answer.errorCode, answer.errorMessage);
    message = await client.respond(answer.authBytes);
    connection.renewal = renewalIn(Number(answer.sessionLifetimeMs), askedAtMs, connection, login, options);
  }
}

function renewalIn(
  lifetimeMs: number,
  fromMs: number,
  connection: Connection,
  login: SaslLogin,
  options: LogInOptions,
): Renewal | undefined {
  if (lifetimeMs <= 0) return undefined;
  const part = RENEW_AFTER + (RENEW_WINDOW * options.random.integer(1001)) / 1000;
  return {
    atMs: fromMs + lifetimeMs * part,
    run: () => renew(connection, login, { ...options, signal: undefined }),
  };
}

async function renew(connection: Connection, login: SaslLogin, options: LogInOptions): Promise<void> {
  const { clock, metrics } = options;
  const startMs = clock.monotonic();
  let succeeded = false;
  try {
    await logIn(connection, login, { ...options, metrics: undefined });
    succeeded = true;
  } finally {
    metrics?.renewed(succeeded, clock.monotonic() - startMs);
  }
}

function refusal(code: number, reason: string | null): SaslError {
  const name = errorName(code) ?? `error code ${code}`;
  return new SaslError(`the broker refused: ${reason || name} (${name})`, true);
}
