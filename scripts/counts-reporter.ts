// A reporter for Node's test runner that gives the counts of the whole run as JSON.

import type { TestEvent } from 'node:test/reporters';

export default async function* countsReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    // The runner sums up each file too; only the sum of everything names no file.
    if (event.type === 'test:summary' && event.data.file === undefined) yield JSON.stringify(event.data.counts);
  }
}
