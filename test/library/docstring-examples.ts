// The examples in the docstrings of what the package exports, as one program that runs one after the other.

import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../../scripts/run-command.ts';
import type { GuideProgram } from './guide-programs.ts';

interface Example {
  /** The file and the name that it explains: `topic-calls: createTopics`. */
  readonly name: string;
  readonly code: string;
}

const EXAMPLE = /@example\n((?:(?!\*\/).)*?) *\*\/\n *(?:(?:export|async|function|class|const) )*(\w+)/gs;

/** What they take for granted: a broker, clients, and an application around them. */
const CONTEXT = `import { randomBytes } from 'node:crypto';
import { ReadableStream, TransformStream } from 'node:stream/web';
import * as openTelemetry from '@opentelemetry/api';
import {
  Admin,
  Consumer,
  defineTopic,
  observeMetrics,
  Producer,
  type RecordToSend,
  readSecurityProperties,
  type SaslOptions,
  ShareConsumer,
  serdes,
  traceRecords,
} from 'millrace/client';
import { Kafka } from 'millrace/kafkajs';
import { startKafka } from 'millrace/testing';
import { z } from 'zod';

interface Order {
  readonly cents: number;
}

const kafka = await startKafka({
  settings: {
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
  },
});
const { bootstrapServers } = kafka;
const { metrics } = openTelemetry;
const orders = defineTopic({ name: 'orders', value: serdes.json<Order>() });
const refunds = defineTopic({ name: 'refunds', value: serdes.json<Order>() });
const jobs = defineTopic({ name: 'jobs', value: serdes.json<{ readonly path: string }>() });
const admin = new Admin({ bootstrapServers });
const producer = new Producer({ bootstrapServers });
const consumer = new Consumer({ bootstrapServers, groupId: 'context' });
const queue = new ShareConsumer({ bootstrapServers, groupId: 'context-queue' });
const batch = { records: [{ value: 'a book' }] };
const lines = ['one', 'two'];
const toRecords = new TransformStream<string, RecordToSend>({
  transform: (value, output) => output.enqueue({ topic: 'lines', value }),
});
const work = async (..._data: unknown[]) => {};
const [bill, charge, resize, save] = [work, work, work, work];

for (const name of ['orders', 'drafts', 'lines']) await admin.createTopics([{ name, numPartitions: 3 }]);
await producer.send({ topic: orders, partition: 0, value: { cents: 1250 } });
await admin.alterGroupOffsets('billing', [{ topic: 'orders', partition: 2, offset: 0n }]);
await admin.alterShareGroupOffsets('workers', [{ topic: 'orders', partition: 0, startOffset: 0n }]);
`;

/** These compile, and are not run. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'access-calls: createDelegationToken': 'who has not logged in gets no token',
  'access-calls: renewDelegationToken': 'who has not logged in gets no token',
  'access-calls: expireDelegationToken': 'who has not logged in gets no token',
  'access-calls: describeDelegationTokens': 'who has not logged in gets no token',
  'consumer: reader': 'reads for ever',
  'consumer: eachRecord': 'reads for ever',
  'producer: transaction': 'needs a transactional producer, which can do nothing else',
  'security-properties: readSecurityProperties': 'names files that are not there',
  'share-consumer: ShareConsumer': 'reads for ever',
  'share-consumer: reader': 'reads for ever',
  'topic: defineTopic': 'reads for ever',
  'trace-records: traceRecords': 'reads for ever',
};

/** Prints `n examples ran`, and ends. */
export function docstringProgram(): GuideProgram {
  const examples = allExamples();
  const names = new Set(examples.map(({ name }) => name));
  const outdated = Object.keys(NOT_RUN).filter((name) => !names.has(name));
  if (outdated.length > 0) throw new Error(`There are no such examples: ${outdated.join(', ')}`);
  const functions = examples.map(({ name, code }) => `  ${JSON.stringify(name)}: async () => {\n${code}\n  },`);
  const code = `${CONTEXT}
const examples: Record<string, () => Promise<void>> = {
${functions.join('\n')}
};
const running = Object.keys(examples).filter((name) => !${JSON.stringify(Object.keys(NOT_RUN))}.includes(name));
for (const name of running)
  await examples[name]?.().catch((cause) => {
    throw new Error(\`The example of \${name} failed\`, { cause });
  });
console.log(running.length, 'examples ran');
for (const each of [admin, producer, consumer, queue, kafka]) await each[Symbol.asyncDispose]();
`;
  return { name: 'docstrings', code };
}

function allExamples(): Example[] {
  return globSync('src/{client,kafkajs,testing}/**/*.ts', { cwd: ROOT })
    .sort()
    .filter((path) => !path.endsWith('.test.ts'))
    .flatMap((path) =>
      [...readFileSync(join(ROOT, path), 'utf8').matchAll(EXAMPLE)].map(([, text = '', explained]) => ({
        name: `${basename(path, '.ts')}: ${explained}`,
        // The context has imported everything.
        code: text.replaceAll(/^ *\* ?/gm, '').replaceAll(/^import .*\n/gm, ''),
      })),
    );
}
