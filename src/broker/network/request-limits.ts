// What one connection may hold, and what all together, from the settings of a broker.

import { ConfigError } from '../../config/index.ts';
import type { BrokerConfig } from '../broker-config.ts';
import type { ConnectionBudgets, ConnectionLimits } from './connection.ts';
import { RequestBudget } from './request-budget.ts';

/** Bytes of answers that a client may leave unread before its requests are no longer worked on. */
const MAX_UNSENT_BYTES = 1024 * 1024;
/**
 * Bytes of the requests of one connection that are read before the first of them is answered. A producer has at most a few batches
 * under way; without this limit `queued.max.requests` large ones would fit.
 */
const MAX_PENDING_BYTES = 32 * 1024 * 1024;
/** What is meant where `queued.max.request.bytes` says nothing. One request must fit all the same. */
const DEFAULT_BUDGET_BYTES = 512 * 1024 * 1024;
/** The part of the budget that is for clients who have not proved who they are. */
const UNKNOWN_SHARE = 1 / 8;

export function requestLimits(config: BrokerConfig): ConnectionLimits {
  return {
    maxRequestBytes: config['socket.request.max.bytes'],
    maxPendingRequests: config['queued.max.requests'],
    maxPendingBytes: MAX_PENDING_BYTES,
    maxUnsentBytes: MAX_UNSENT_BYTES,
    receiveTimeoutMs: config['socket.request.receive.timeout.ms'],
  };
}

/** Throws `ConfigError`. */
export function requestBudgets(config: BrokerConfig): ConnectionBudgets {
  const largestBytes = config['socket.request.max.bytes'];
  const setBytes = config['queued.max.request.bytes'];
  if (setBytes > 0 && setBytes < largestBytes) {
    throw new ConfigError('queued.max.request.bytes must be larger or equal to socket.request.max.bytes');
  }
  const bytes = setBytes > 0 ? setBytes : Math.max(DEFAULT_BUDGET_BYTES, largestBytes);
  const unknownBytes = Math.floor(bytes * UNKNOWN_SHARE);
  const maxQueuedRequests = config['queued.max.requests'];
  return {
    known: new RequestBudget({ maxBytes: bytes - unknownBytes, maxQueuedRequests }),
    unknown: new RequestBudget({ maxBytes: unknownBytes, maxQueuedRequests }),
  };
}
