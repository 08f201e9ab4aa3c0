// Records what Apache Kafka prints in the session: `MILLRACE_TEST_BROKER=apache node test/tools/record-expected.ts`.

import { mkdir, writeFile } from 'node:fs/promises';
import { findKafkaJars } from '../support/programs.ts';
import { isApacheKafka } from '../support/test-broker.ts';
import { runSession } from './run-session.ts';

const FOLDER = new URL('expected/', import.meta.url);

if (!isApacheKafka) throw new Error('Only Apache Kafka says what is expected: set MILLRACE_TEST_BROKER=apache');
const jars = await findKafkaJars();
if ('missing' in jars) throw new Error(jars.missing);
await using run = await runSession(jars.path);
await mkdir(FOLDER, { recursive: true });
await writeFile(new URL('session.txt', FOLDER), run.text);
