// Records what Apache Kafka answers in the tours: `MILLRACE_TEST_BROKER=apache node test/admin-clients/record-expected.ts`.

import { mkdir, writeFile } from 'node:fs/promises';
import { isApacheKafka } from '../support/test-broker.ts';
import { runTour } from './run-tour.ts';
import { findTours } from './tours.ts';

const FOLDER = new URL('expected/', import.meta.url);

if (!isApacheKafka) throw new Error('Only Apache Kafka says what is expected: set MILLRACE_TEST_BROKER=apache');
await mkdir(FOLDER, { recursive: true });
for (const { name, tour } of await findTours()) {
  if ('missing' in tour) throw new Error(tour.missing);
  await writeFile(new URL(`${name}.txt`, FOLDER), await runTour(tour));
}
