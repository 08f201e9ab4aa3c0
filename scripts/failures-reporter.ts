// A reporter for Node's test runner that shows what failed and nothing else.

import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

export default async function* failuresReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let count = 0;
  for await (const event of events) {
    if (event.type === 'test:pass' && event.data.details.type !== 'suite') count++;
    if (event.type !== 'test:fail') continue;
    const { name, file, line, details } = event.data;
    const { error } = details;
    // A parent fails because its children do: they have been shown.
    if (error instanceof Error && 'failureType' in error && error.failureType === 'subtestsFailed') continue;
    yield `${relative('.', file ?? '')}:${line ?? 0} ${name}\n${inspect(error.cause ?? error, { colors: false })}\n\n`;
  }
  yield `${count} tests passed\n`;
}
