// Regular expressions in RE2's syntax, as Apache Kafka evaluates them. The engine takes time in proportion to its input, so that no expression
// can hold up the broker, which JavaScript's own would allow. It is loaded when it is first needed: most brokers never are asked.

import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';
import { KafkaError } from '../protocol/index.ts';

interface Engine {
  readonly RE2JS: typeof RE2JS;
}

let engine: Engine | undefined;

/** Whether a whole text matches. Throws INVALID_REGULAR_EXPRESSION, naming the expression as `what`. */
export function compileRe2(expression: string, what: string): (text: string) => boolean {
  engine ??= createRequire(import.meta.url)('re2js') as Engine;
  try {
    const pattern = engine.RE2JS.compile(expression);
    return (text) => pattern.matches(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KafkaError(
      'INVALID_REGULAR_EXPRESSION',
      `${what} \`${expression}\` is not a valid regular expression: ${reason}.`,
    );
  }
}
