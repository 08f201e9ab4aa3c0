// The pattern by which ListTransactions picks transactional ids (KIP-1152), in RE2's syntax: it must match the whole id. RE2's engine takes time
// in proportion to its input, so that no pattern can hold up the broker.

import { RE2JS, RE2JSException } from 're2js';
import { KafkaError } from '../../protocol/index.ts';

/** Null and empty match everything. Throws INVALID_REGULAR_EXPRESSION. */
export function transactionalIdMatcher(pattern: string | null): (transactionalId: string) => boolean {
  if (pattern === null || pattern === '') return () => true;
  try {
    const expression = RE2JS.compile(pattern);
    return (transactionalId) => expression.matches(transactionalId);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new KafkaError(
      'INVALID_REGULAR_EXPRESSION',
      `Transaction ID pattern \`${pattern}\` is not a valid regular expression: ${error.message}.`,
    );
  }
}
