import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFIG_RESOURCE, errorName } from '../../protocol/index.ts';
import { newTopic, startCluster } from '../test-fixtures.ts';

const { topic: TOPIC, broker: BROKER, brokerLogger: LOGGER, clientMetrics: METRICS, group: GROUP } = CONFIG_RESOURCE;
const SET = 0;
const DELETE = 1;
const APPEND = 2;
const SUBTRACT = 3;

type Change = [name: string, operation: number, value: string | null];

function resourceOf(resourceType: number, resourceName: string, changes: readonly Change[]) {
  const configs = changes.map(([name, configOperation, value]) => ({ name, configOperation, value }));
  return { resourceType, resourceName, configs };
}

/** A cluster with topic t, and functions that change settings and tell the outcome. */
async function start() {
  const { controller } = await startCluster();
  await controller.createTopics({ topics: [newTopic('t', { configs: { 'retention.ms': '5' } })], validateOnly: false });
  const outcomeOf = ({ errorCode, errorMessage }: { errorCode: number; errorMessage: string | null }) =>
    errorCode === 0 ? 'NONE' : `${errorName(errorCode)}: ${errorMessage}`;
  return {
    controller,
    async change(resourceType: number, resourceName: string, ...changes: Change[]): Promise<string> {
      const resources = [resourceOf(resourceType, resourceName, changes)];
      const { responses } = await controller.incrementalAlterConfigs({ resources, validateOnly: false });
      return outcomeOf(responses[0] ?? assert.fail());
    },
    async replace(resourceType: number, resourceName: string, texts: Record<string, string | null>): Promise<string> {
      const configs = Object.entries(texts).map(([name, value]) => ({ name, value }));
      const resources = [{ resourceType, resourceName, configs }];
      const { responses } = await controller.alterConfigs({ resources, validateOnly: false });
      return outcomeOf(responses[0] ?? assert.fail());
    },
    textsOf: (type: number, name: string) => ({ ...controller.image.configs.of({ type, name }) }),
  };
}

test('settings of a topic are set, deleted, and lists grow and shrink', async () => {
  const { controller, change, textsOf } = await start();
  assert.equal(await change(TOPIC, 't', ['retention.ms', SET, '7'], ['cleanup.policy', APPEND, 'compact']), 'NONE');
  assert.deepEqual(textsOf(TOPIC, 't'), { 'retention.ms': '7', 'cleanup.policy': 'delete,compact' });
  assert.equal(
    await change(TOPIC, 't', ['retention.ms', DELETE, null], ['cleanup.policy', SUBTRACT, 'delete']),
    'NONE',
  );
  assert.deepEqual(textsOf(TOPIC, 't'), { 'cleanup.policy': 'compact' });
  await controller.stop();
});

test('appending a word that is there, like setting the same value, changes nothing', async () => {
  const { controller, change } = await start();
  const before = controller.image;
  assert.equal(await change(TOPIC, 't', ['retention.ms', SET, '5']), 'NONE');
  assert.equal(controller.image, before);
  await controller.stop();
});

test('only lists grow and shrink', async () => {
  const { controller, change } = await start();
  const expected = "INVALID_CONFIG: Can't APPEND to key retention.ms because its type is not LIST.";
  assert.equal(await change(TOPIC, 't', ['retention.ms', APPEND, '1']), expected);
  await controller.stop();
});

test('a change is refused as a whole', async () => {
  const { controller, change, textsOf } = await start();
  const refused = await change(TOPIC, 't', ['retention.ms', SET, '9'], ['cleanup.policy', SET, 'shred']);
  assert.match(refused, /^INVALID_CONFIG: Invalid value shred for configuration cleanup\.policy/);
  assert.deepEqual(textsOf(TOPIC, 't'), { 'retention.ms': '5' });
  await controller.stop();
});

test("what is wrong with a request is said in Kafka's words", async () => {
  const { controller, change } = await start();
  assert.equal(
    await change(TOPIC, 'x', ['retention.ms', SET, '1']),
    "UNKNOWN_TOPIC_OR_PARTITION: The topic 'x' does not exist.",
  );
  assert.equal(
    await change(TOPIC, '', ['retention.ms', SET, '1']),
    'INVALID_REQUEST: Default topic resources are not allowed.',
  );
  assert.match(await change(TOPIC, 'a/b', ['retention.ms', SET, '1']), /^INVALID_TOPIC_EXCEPTION/);
  assert.equal(await change(TOPIC, 't', ['x', SET, '1']), 'INVALID_CONFIG: Unknown topic config name: x');
  assert.equal(
    await change(TOPIC, 't', ['retention.ms', SET, null]),
    'INVALID_REQUEST: Null value not supported for : retention.ms',
  );
  assert.equal(await change(TOPIC, 't', ['retention.ms', 4, '1']), 'INVALID_REQUEST: Unknown operations type 4');
  assert.equal(
    await change(TOPIC, 't', ['retention.ms', SET, '1'], ['retention.ms', SET, '2']),
    'INVALID_REQUEST: Error due to duplicate config keys',
  );
  assert.equal(await change(LOGGER, '1', ['x', SET, 'INFO']), 'INVALID_REQUEST: Unknown resource type 8');
  assert.match(
    await change(TOPIC, 't', ['cleanup.policy', SET, 'x'.repeat(32768)]),
    /exceeds the maximum value size of 32767 bytes\.$/,
  );
  await controller.stop();
});

test('a resource may appear once, and each is answered on its own', async () => {
  const { controller } = await start();
  const resources = [
    resourceOf(TOPIC, 't', [['retention.ms', SET, '1']]),
    resourceOf(GROUP, 'g', [['share.isolated', SET, 'true']]),
    resourceOf(TOPIC, 't', [['retention.ms', SET, '2']]),
  ];
  const { responses } = await controller.incrementalAlterConfigs({ resources, validateOnly: false });
  assert.deepEqual(
    responses.map(({ errorCode }) => errorName(errorCode)),
    ['INVALID_REQUEST', 'NONE', 'INVALID_REQUEST'],
  );
  await controller.stop();
});

test('validating only answers the same and changes nothing', async () => {
  const { controller } = await start();
  const before = controller.image;
  const resources = [resourceOf(TOPIC, 't', [['retention.ms', SET, '1']])];
  const { responses } = await controller.incrementalAlterConfigs({ resources, validateOnly: true });
  assert.equal(responses[0]?.errorCode, 0);
  assert.equal(controller.image, before);
  await controller.stop();
});

test('the older API replaces everything that is set', async () => {
  const { controller, replace, textsOf } = await start();
  assert.equal(await replace(TOPIC, 't', { 'cleanup.policy': 'compact' }), 'NONE');
  assert.deepEqual(textsOf(TOPIC, 't'), { 'cleanup.policy': 'compact' });
  assert.equal(await replace(TOPIC, 't', {}), 'NONE');
  assert.deepEqual(textsOf(TOPIC, 't'), {});
  assert.match(await replace(TOPIC, 't', { 'retention.ms': null }), /^INVALID_REQUEST: Null value not supported/);
  await controller.stop();
});

test('a broker takes settings that may change while it runs, for itself or for all', async () => {
  const { controller, change, textsOf } = await start();
  assert.equal(await change(BROKER, '1', ['background.threads', SET, '20']), 'NONE');
  assert.equal(await change(BROKER, '', ['background.threads', SET, '30']), 'NONE');
  assert.deepEqual(textsOf(BROKER, '1'), { 'background.threads': '20' });
  assert.deepEqual(textsOf(BROKER, ''), { 'background.threads': '30', 'min.insync.replicas': '1' });
  assert.equal(await change(BROKER, '1', ['my.plug.in', SET, 'x']), 'NONE');
  assert.equal(await change(BROKER, '1', ['listener.name.inside.ssl.key.password', SET, 'x']), 'NONE');
  await controller.stop();
});

test("a broker refuses settings that are fixed, wrong, another one's, or not for all", async () => {
  const { controller, change } = await start();
  assert.equal(
    await change(BROKER, '1', ['node.id', SET, '2']),
    'INVALID_REQUEST: Cannot update these configs dynamically: [node.id]',
  );
  assert.match(
    await change(BROKER, '1', ['background.threads', SET, 'x']),
    /^INVALID_REQUEST: Invalid value x for configuration background\.threads/,
  );
  assert.equal(
    await change(BROKER, '2', ['background.threads', SET, '1']),
    'INVALID_REQUEST: Unexpected broker id, expected 1, but received 2',
  );
  assert.equal(
    await change(BROKER, 'one', ['background.threads', SET, '1']),
    'INVALID_REQUEST: Node id must be an integer, but it is: one',
  );
  const notForAll =
    'INVALID_REQUEST: Cannot update these configs at default cluster level, broker id must be specified: ';
  assert.equal(
    await change(BROKER, '', ['listener.security.protocol.map', SET, 'A:SSL']),
    `${notForAll}[listener.security.protocol.map]`,
  );
  assert.equal(
    await change(BROKER, '', ['listener.name.a.ssl.key.password', SET, 'x']),
    `${notForAll}[listener.name.a.ssl.key.password]`,
  );
  await controller.stop();
});

test("the minimum of replicas in sync is the cluster's, and stays", async () => {
  const { controller, change } = await start();
  assert.equal(await change(BROKER, '', ['min.insync.replicas', SET, '2']), 'NONE');
  assert.equal(
    await change(BROKER, '', ['min.insync.replicas', DELETE, null]),
    'INVALID_CONFIG: Cluster-level min.insync.replicas cannot be removed while ELR is enabled.',
  );
  assert.equal(
    await change(BROKER, '1', ['min.insync.replicas', SET, '2']),
    'INVALID_CONFIG: Broker-level min.insync.replicas cannot be altered while ELR is enabled.',
  );
  await controller.stop();
});

test('groups and client metrics subscriptions have settings of their own', async () => {
  const { controller, change, textsOf } = await start();
  assert.equal(await change(GROUP, 'g', ['consumer.session.timeout.ms', SET, '50000']), 'NONE');
  assert.equal(await change(METRICS, 'm', ['metrics', SET, 'org.apache'], ['interval.ms', SET, '100']), 'NONE');
  assert.deepEqual(textsOf(GROUP, 'g'), { 'consumer.session.timeout.ms': '50000' });
  assert.equal(
    await change(GROUP, '', ['share.isolated', SET, 'true']),
    'INVALID_REQUEST: Default group resources are not allowed.',
  );
  assert.equal(await change(GROUP, 'g', ['x', SET, '1']), 'INVALID_CONFIG: Unknown group config name: x');
  assert.match(await change(METRICS, 'm', ['interval.ms', SET, '1']), /^INVALID_CONFIG/);
  await controller.stop();
});
