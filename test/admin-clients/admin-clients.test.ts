// Every method of other people's admin clients, called against Millrace: what each returns is compared with what it returns against
// Apache Kafka (see record-expected.ts).

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { compareSessions, judge, type KnownDifference } from '../tools/differences.ts';
import { CONFLUENT_DIFFERENCES, JAVA_DIFFERENCES, KAFKA_PYTHON_DIFFERENCES } from './differences.ts';
import { runTour } from './run-tour.ts';
import { findTours } from './tours.ts';

const DIFFERENCES: Readonly<Record<string, readonly KnownDifference[]>> = {
  java: JAVA_DIFFERENCES,
  'kafka-python': KAFKA_PYTHON_DIFFERENCES,
  'confluent-kafka': CONFLUENT_DIFFERENCES,
};
const tours = await findTours();

describe('the admin clients of others', () => {
  for (const { name, tour } of tours) {
    it(`gets the same from every method as from Apache Kafka: ${name}`, {
      skip: 'missing' in tour ? tour.missing : false,
    }, async () => {
      assert(!('missing' in tour));
      const text = await runTour(tour);
      assert.match(text, /^\$ never called\n\[\]$/m);
      const expected = await readFile(new URL(`expected/${name}.txt`, import.meta.url), 'utf8');
      const known = DIFFERENCES[name] ?? [];
      const { unknown, used } = judge(compareSessions(expected, text), known);
      assert.deepEqual(unknown, []);
      assert.deepEqual(
        known.filter((difference) => !used.has(difference)),
        [],
      );
    });
  }
});
