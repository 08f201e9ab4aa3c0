// What can go wrong between a client and a broker, besides the errors that the broker itself answers (`KafkaError` of protocol/).

import type { Address } from '../platform/index.ts';
import { KafkaError } from '../protocol/index.ts';

/** No connection, or it broke before the answer came. The request may have been carried out. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly address: Address;
  readonly retriable = true;

  constructor(address: Address, reason: string, options?: ErrorOptions) {
    super(`Cannot talk to ${formatAddress(address)}: ${reason}`, options);
    this.address = address;
  }
}

/**
 * The broker and the client do not accept each other: a wrong password, an expired token, a certificate that is not trusted. The same attempt would
 * end the same way.
 */
export class AuthenticationError extends Error {
  override readonly name = 'AuthenticationError';
  readonly address: Address;
  readonly retriable = false;

  constructor(address: Address, reason: string, options?: ErrorOptions) {
    super(`Cannot authenticate with ${formatAddress(address)}: ${reason}`, options);
    this.address = address;
  }
}

/** The time that was allowed is over. A longer one may help; the request may have been carried out. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
  readonly retriable: boolean;

  constructor(message: string, options: ErrorOptions & { readonly retriable?: boolean } = {}) {
    super(message, options);
    this.retriable = options.retriable ?? false;
  }
}

/** No broker was ever reached, and the time for that is over. */
export class BootstrapError extends Error {
  override readonly name = 'BootstrapError';
  readonly retriable = false;
}

/** The client was used in a way that no broker could answer: closed, full, or given a value that it does not take. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly retriable = false;
}

/**
 * Another producer has taken over the transactional id; without transactions of the second version (KIP-890) also: the coordinator has ended a
 * transaction that took longer than `transactionTimeoutMs`. Nothing of this producer can be written any more.
 */
export class ProducerFencedError extends Error {
  override readonly name = 'ProducerFencedError';
  readonly retriable = false;
}

/** The transaction failed and was aborted: nothing of it can be seen. `retriable` tells whether the same work may succeed in a new one. */
export class TransactionAbortedError extends Error {
  override readonly name = 'TransactionAbortedError';
  readonly retriable: boolean;

  constructor(message: string, options: ErrorOptions & { readonly retriable: boolean }) {
    super(message, options);
    this.retriable = options.retriable;
  }
}

/** True when the same request may succeed if it is sent again. */
export function isRetriable(error: unknown): boolean {
  if (error instanceof KafkaError || error instanceof ConnectionError || error instanceof TimeoutError)
    return error.retriable;
  return false;
}

export function formatAddress(address: Address): string {
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
