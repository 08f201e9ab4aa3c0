// The secret part of a delegation token (KIP-48): whoever knows it is taken for the token's owner. It is made of the token's id by a key that all
// brokers of a cluster have, so that it need not be kept anywhere.

import { createHmac, timingSafeEqual } from 'node:crypto';

export function tokenHmac(secretKey: string, tokenId: string): Buffer {
  return createHmac('sha512', secretKey).update(tokenId).digest();
}

export function isTokenHmac(secretKey: string, tokenId: string, given: Buffer): boolean {
  const hmac = tokenHmac(secretKey, tokenId);
  return hmac.length === given.length && timingSafeEqual(hmac, given);
}

/** The password with which SCRAM lets a token in; its id is the name. */
export function tokenPassword(secretKey: string, tokenId: string): string {
  return tokenHmac(secretKey, tokenId).toString('base64');
}
