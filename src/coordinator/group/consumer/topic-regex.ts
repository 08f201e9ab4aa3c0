// Regular expressions over topic names: what a subscription by pattern means at the moment.

import { KafkaError } from '../../../protocol/index.ts';
import { compileRe2 } from '../../re2.ts';
import type { ResolvedRegex } from './consumer-record.ts';
import type { GroupTopics } from './group-topics.ts';

/** Throws INVALID_REGULAR_EXPRESSION. */
export function requireValidRegex(expression: string): void {
  compile(expression);
}

/** The topics whose whole name matches. Expressions that are not valid stand for none. */
export function resolveRegexes(
  expressions: Iterable<string>,
  topics: GroupTopics,
  isVisible: (topic: string) => boolean,
  nowMs: number,
): Map<string, ResolvedRegex> {
  const names = [...topics.names()];
  const resolved = new Map<string, ResolvedRegex>();
  for (const expression of expressions) {
    const matched = new Set<string>();
    resolved.set(expression, { topics: matched, version: topics.version, timestampMs: BigInt(nowMs) });
    let matches: (topic: string) => boolean;
    try {
      matches = compile(expression);
    } catch (error) {
      if (error instanceof KafkaError) continue;
      throw error;
    }
    for (const name of names) if (matches(name) && isVisible(name)) matched.add(name);
  }
  return resolved;
}

function compile(expression: string): (topic: string) => boolean {
  return compileRe2(expression, 'SubscribedTopicRegex');
}
