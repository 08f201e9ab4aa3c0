// Regular expressions over topic names, in RE2's syntax, as Apache Kafka evaluates them. RE2's engine takes time in proportion to its input, so
// that no subscription can hold up the broker, which JavaScript's own expressions would allow.

import { RE2JS, RE2JSException } from 're2js';
import { KafkaError } from '../../../protocol/index.ts';
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
    let pattern: RE2JS;
    try {
      pattern = compile(expression);
    } catch (error) {
      if (error instanceof KafkaError) continue;
      throw error;
    }
    for (const name of names) if (pattern.matches(name) && isVisible(name)) matched.add(name);
  }
  return resolved;
}

function compile(expression: string): RE2JS {
  try {
    return RE2JS.compile(expression);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new KafkaError(
      'INVALID_REGULAR_EXPRESSION',
      `SubscribedTopicRegex \`${expression}\` is not a valid regular expression: ${error.message}.`,
    );
  }
}
