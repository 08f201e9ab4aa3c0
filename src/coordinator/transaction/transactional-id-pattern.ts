// The pattern by which ListTransactions picks transactional ids (KIP-1152): it must match the whole id.

import { compileRe2 } from '../re2.ts';

/** Null and empty match everything. Throws INVALID_REGULAR_EXPRESSION. */
export function transactionalIdMatcher(pattern: string | null): (transactionalId: string) => boolean {
  if (pattern === null || pattern === '') return () => true;
  return compileRe2(pattern, 'Transaction ID pattern');
}
