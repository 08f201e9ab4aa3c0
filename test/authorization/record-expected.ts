// Records what Apache Kafka answers: `MILLRACE_TEST_BROKER=apache node test/authorization/record-expected.ts`.

import { writeFile } from 'node:fs/promises';
import { isApacheKafka } from '../support/test-broker.ts';
import { runMatrix } from './run-matrix.ts';
import { startTarget } from './start-target.ts';

if (!isApacheKafka) throw new Error('Only Apache Kafka says what is expected: set MILLRACE_TEST_BROKER=apache');
await using target = await startTarget();
await writeFile(new URL('expected/matrix.txt', import.meta.url), await runMatrix(target));
