// The pattern by which ListTransactions picks transactional ids (KIP-1152): it must match the whole id.

import { KafkaError } from '../../protocol/index.ts';

/** Null and empty match everything. Throws INVALID_REGULAR_EXPRESSION. */
export function transactionalIdMatcher(pattern: string | null): (transactionalId: string) => boolean {
  if (pattern === null || pattern === '') return () => true;
  try {
    const expression = new RegExp(`^(?:${pattern})$`, 'su');
    return (transactionalId) => expression.test(transactionalId);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KafkaError(
      'INVALID_REGULAR_EXPRESSION',
      `Transaction ID pattern \`${pattern}\` is not a valid regular expression: ${reason}.`,
    );
  }
}
