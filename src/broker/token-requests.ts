// What the requests about delegation tokens (KIP-48) have in common.

import { KafkaError } from '../protocol/index.ts';
import type { RequestContext } from './handler.ts';
import { ANONYMOUS } from './principal.ts';

/** Whoever has proved who it is, and not by a token, may ask. Throws DELEGATION_TOKEN_REQUEST_NOT_ALLOWED. */
export function requireTokenRequests({ principal }: RequestContext): void {
  if (principal.isTokenAuthenticated || principal.name === ANONYMOUS.name) {
    throw new KafkaError('DELEGATION_TOKEN_REQUEST_NOT_ALLOWED');
  }
}

const FIRST_VERSION_WITH_REQUESTER = 3;

/** Who asked for a token; versions before KIP-373 have no place for that. */
export interface WithRequester {
  readonly tokenRequesterPrincipalType?: string | undefined;
  readonly tokenRequesterPrincipalName?: string | undefined;
}

export function forVersion<T extends WithRequester>(token: T, apiVersion: number): T {
  if (apiVersion >= FIRST_VERSION_WITH_REQUESTER) return token;
  return { ...token, tokenRequesterPrincipalType: '', tokenRequesterPrincipalName: '' };
}
