// What a broken connection, or one that never came about, tells its user: whether another attempt may help, and what is likely wrong.

import type { Address } from '../platform/index.ts';
import { AuthenticationError, ConnectionError } from './errors.ts';

export function connectionFailure(address: Address, error: unknown): ConnectionError | AuthenticationError {
  const Failure = isTlsFailure(error) ? AuthenticationError : ConnectionError;
  return new Failure(address, reasonOf(error), { cause: error });
}

/** `hasAnswered`: anything, before it closed the connection. */
export function closedByBroker(address: Address, hasAnswered: boolean): ConnectionError {
  const hint = ' before it answered anything (is this a listener for TLS, or does it ask for a certificate?)';
  return new ConnectionError(address, `it closed the connection${hasAnswered ? '' : hint}`);
}

/** True when the two sides do not trust each other, or have nothing in common: not for a connection that broke. */
function isTlsFailure(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^(ERR_SSL_|ERR_TLS_|EPROTO$|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA)/.test(
    code,
  );
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code === 'ECONNREFUSED') return 'connection refused (is a broker listening there?)';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the host name is not known';
  if (code === 'ECONNRESET') return 'it reset the connection';
  const alert = /alert ([a-z ]+):/.exec(error.message)?.[1];
  if (alert !== undefined) return `TLS alert: ${alert}`;
  return error.message || code || error.name;
}
