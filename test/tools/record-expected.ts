// Records what Apache Kafka prints in the sessions: `MILLRACE_TEST_BROKER=apache node test/tools/record-expected.ts [NAME...]`.

import { mkdir, writeFile } from 'node:fs/promises';
import { findKafkaJars } from '../support/programs.ts';
import { isApacheKafka } from '../support/test-broker.ts';
import { runSession } from './run-session.ts';
import { SESSIONS } from './sessions/index.ts';

const FOLDER = new URL('expected/', import.meta.url);

if (!isApacheKafka) throw new Error('Only Apache Kafka says what is expected: set MILLRACE_TEST_BROKER=apache');
const jars = await findKafkaJars();
if ('missing' in jars) throw new Error(jars.missing);
const names = process.argv.slice(2);
await mkdir(FOLDER, { recursive: true });
for (const session of SESSIONS.filter(({ name }) => names.length === 0 || names.includes(name))) {
  await using run = await runSession(jars.path, session);
  await writeFile(new URL(`${session.name}.txt`, FOLDER), run.text);
}
