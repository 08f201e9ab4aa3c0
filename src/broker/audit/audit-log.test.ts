import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../platform/index.ts';
import {
  alterUserScramCredentials,
  createAcls,
  createTopics,
  deleteTopics,
  incrementalAlterConfigs,
  metadata,
} from '../../protocol/index.ts';
import { createPinoLogger } from '../../telemetry/index.ts';
import { STANDARD_AUTHORIZER } from '../authorizer/authorizer-config.ts';
import type { RequestContext } from '../handler.ts';
import { TestBroker } from '../testing/test-broker.ts';
import { AuditLog } from './audit-log.ts';

const SENDER = {
  logger: 'audit',
  principal: 'User:ANONYMOUS',
  host: '127.0.0.1',
  listener: 'PLAINTEXT',
  clientId: 'test-client',
};

function lines(broker: TestBroker) {
  return broker.log.lines
    .filter(({ fields }) => fields.logger === 'audit')
    .map(({ fields, message }) => ({ ...fields, message }));
}

test('who administers what is said in one line, with the outcome and without secrets', async () => {
  await using broker = await TestBroker.start();
  const client = await broker.connect();
  const topic = { numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] };
  await client.send(createTopics, 7, {
    topics: [
      { name: 'orders', ...topic },
      { name: 'a b', ...topic },
    ],
    timeoutMs: 1000,
  });
  await client.send(incrementalAlterConfigs, 1, {
    resources: [
      {
        resourceType: 4,
        resourceName: '1',
        configs: [{ name: 'ssl.key.password', configOperation: 0, value: 'hunter2' }],
      },
    ],
    validateOnly: true,
  });
  await client.send(alterUserScramCredentials, 0, {
    deletions: [],
    upsertions: [
      { name: 'alice', mechanism: 1, iterations: 4096, salt: Buffer.from('s'), saltedPassword: Buffer.from('p') },
    ],
  });
  await client.send(metadata, 12, { topics: null });
  const message = 'administrative request';
  assert.deepEqual(lines(broker), [
    {
      ...SENDER,
      api: 'CreateTopics',
      resources: ['topic orders, 2 partitions', 'topic a b, 2 partitions'],
      outcome: ['NONE', 'INVALID_TOPIC_EXCEPTION'],
      message,
    },
    {
      ...SENDER,
      api: 'IncrementalAlterConfigs',
      resources: ['broker 1: ssl.key.password'],
      outcome: ['NONE'],
      isOnlyChecked: true,
      message,
    },
    { ...SENDER, api: 'AlterUserScramCredentials', resources: ['user alice: set'], outcome: ['NONE'], message },
  ]);
});

test('who is denied what is said too', async () => {
  await using broker = await TestBroker.start({ settings: { 'authorizer.class.name': STANDARD_AUTHORIZER } });
  const client = await broker.connect();
  await client.send(deleteTopics, 5, { topicNames: ['orders'], topics: [], timeoutMs: 1000 });
  await client.send(createAcls, 3, {
    creations: [
      {
        resourceType: 2,
        resourceName: 'orders',
        resourcePatternType: 4,
        principal: 'User:mallory',
        host: '*',
        operation: 3,
        permissionType: 3,
      },
    ],
  });
  assert.deepEqual(lines(broker), [
    { ...SENDER, api: 'DeleteTopics', operation: 'describe', resource: 'topic', name: 'orders', message: 'denied' },
    {
      ...SENDER,
      api: 'DeleteTopics',
      resources: ['topic orders'],
      outcome: ['TOPIC_AUTHORIZATION_FAILED'],
      message: 'administrative request',
    },
    { ...SENDER, api: 'CreateAcls', operation: 'alter', resource: 'cluster', name: 'kafka-cluster', message: 'denied' },
    {
      ...SENDER,
      api: 'CreateAcls',
      resources: ['allow User:mallory from * read on topic orders (prefixed)'],
      outcome: ['CLUSTER_AUTHORIZATION_FAILED'],
      message: 'administrative request',
    },
  ]);
});

test('what a client calls itself forges no line', async () => {
  const written: string[] = [];
  const destination = { write: (line: string) => void written.push(line) };
  const audit = new AuditLog(await createPinoLogger({ clock: new ManualClock(), destination, format: 'pretty' }));
  const context = {
    principal: { type: 'User', name: 'eve\n12:00:00.000 info  denied principal=User:bob' },
    connection: { host: '127.0.0.1', listenerName: 'PLAINTEXT' },
    clientId: '\u001b[2Jx\r\ny',
    api: metadata,
  } as unknown as RequestContext;
  audit.denied(context, 'read', 'topic', 'orders\nand more');
  assert.equal(written.length, 1);
  assert.equal(written[0]?.trimEnd().split(/\p{Cc}/u).length, 1);
});
