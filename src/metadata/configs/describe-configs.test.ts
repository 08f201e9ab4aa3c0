import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFIG_RESOURCE, errorName } from '../../protocol/index.ts';
import type { ConfigTexts } from '../image/configs-image.ts';
import { applyRecords, EMPTY_IMAGE, type MetadataImage } from '../image/metadata-image.ts';
import { testSchema } from '../test-fixtures.ts';
import { type DescribeConfigsContext, describeConfigs } from './describe-configs.ts';

const SOURCES = ['', 'TOPIC', 'BROKER', 'DEFAULT_BROKER', 'STATIC', 'DEFAULT', 'LOGGER', 'METRICS', 'GROUP'];

/** An image with topic t, and settings by `type:name`. */
function imageWith(configs: Readonly<Record<string, ConfigTexts>>): MetadataImage {
  return applyRecords(EMPTY_IMAGE, [
    { type: 'TopicRecord', value: { name: 't', topicId: 'AAAAAAAAAAAAAAAAAAAAAQ' } },
    ...Object.entries(configs).flatMap(([resource, texts]) => {
      const [type = '', resourceName = ''] = resource.split(':');
      return Object.entries(texts).map(([name, value]) => ({
        type: 'ConfigRecord' as const,
        value: { resourceType: Number(type), resourceName, name, value },
      }));
    }),
  ]);
}

interface Question {
  readonly type: number;
  readonly name: string;
  readonly keys?: string[] | null;
  readonly configs?: Readonly<Record<string, ConfigTexts>>;
  readonly staticTexts?: ConfigTexts;
  readonly loggers?: Readonly<Record<string, string>>;
}

function describe({ type, name, keys = null, configs = {}, staticTexts = {}, loggers }: Question) {
  const context: DescribeConfigsContext = {
    schema: { ...testSchema, staticTexts },
    nodeId: 1,
    ...(loggers && { loggers }),
  };
  const request = {
    resources: [{ resourceType: type, resourceName: name, configurationKeys: keys }],
    includeSynonyms: true,
    includeDocumentation: true,
  };
  return describeConfigs(imageWith(configs), request, context).results[0] ?? assert.fail();
}

/** `value SOURCE [synonyms]` of one setting. */
function line(question: Question & { readonly config: string }): string {
  const { configs } = describe({ ...question, keys: [question.config] });
  const [config] = configs;
  if (configs.length !== 1 || config === undefined) return `${configs.length} entries`;
  const synonyms = config.synonyms.map(({ name, value, source }) => `${SOURCES[source]}:${name}=${value}`);
  return `${config.value} ${SOURCES[config.configSource ?? 0]} [${synonyms.join(', ')}]`;
}

const topic = { type: CONFIG_RESOURCE.topic, name: 't' };
const broker = { type: CONFIG_RESOURCE.broker, name: '1' };

test("a topic's value comes from itself, its broker, all brokers, the file, or the default, and synonyms tell of all of them", () => {
  const config = 'cleanup.policy';
  const staticTexts = { 'log.cleanup.policy': 'compact' };
  const forAll = { '4:': { 'log.cleanup.policy': 'delete,compact' } };
  const forOne = { '4:1': { 'log.cleanup.policy': 'delete' } };
  const own = { '2:t': { 'cleanup.policy': 'compact , delete' } };
  const fallback = 'DEFAULT:log.cleanup.policy=delete';
  assert.equal(line({ ...topic, config }), `delete DEFAULT [${fallback}]`);
  assert.equal(
    line({ ...topic, config, staticTexts }),
    `compact STATIC [STATIC:log.cleanup.policy=compact, ${fallback}]`,
  );
  assert.equal(
    line({ ...topic, config, staticTexts, configs: forAll }),
    `delete,compact DEFAULT_BROKER [DEFAULT_BROKER:log.cleanup.policy=delete,compact, STATIC:log.cleanup.policy=compact, ${fallback}]`,
  );
  assert.equal(
    line({ ...topic, config, configs: { ...forAll, ...forOne } }),
    `delete BROKER [BROKER:log.cleanup.policy=delete, DEFAULT_BROKER:log.cleanup.policy=delete,compact, ${fallback}]`,
  );
  assert.equal(
    line({ ...topic, config, configs: own }),
    `compact,delete TOPIC [TOPIC:cleanup.policy=compact,delete, ${fallback}]`,
  );
});

test("a value in another unit counts, and is shown among the synonyms only below the setting's own name", () => {
  const config = 'retention.ms';
  assert.equal(line({ ...topic, config }), '604800000 DEFAULT []');
  assert.equal(line({ ...topic, config, staticTexts: { 'log.retention.hours': '2' } }), '7200000 DEFAULT []');
  assert.equal(
    line({ ...topic, config, staticTexts: { 'log.retention.hours': '2', 'log.retention.ms': '9' } }),
    '9 STATIC [STATIC:log.retention.ms=9, STATIC:log.retention.hours=2, DEFAULT:log.retention.hours=168]',
  );
});

test('a setting without a synonym has none', () => {
  assert.equal(line({ ...topic, config: 'follower.replication.throttled.replicas' }), ' DEFAULT []');
});

test('a setting that is given for one listener is shown as what it is, and read-only unless it is known by that name', () => {
  const staticTexts = {
    'listener.name.open.ssl.key.password': 'x',
    'listener.name.open.min.insync.replicas': '2',
    'listener.name.open.my.plug.in': 'x',
  };
  const { configs } = describe({ ...broker, staticTexts, keys: Object.keys(staticTexts) });
  assert.deepEqual(
    configs.map(({ name, value, readOnly, isSensitive, configType, documentation }) => {
      return [name, value, readOnly, isSensitive, configType, documentation];
    }),
    [
      ['listener.name.open.ssl.key.password', null, true, true, 9, null],
      ['listener.name.open.min.insync.replicas', '2', true, false, 3, null],
      ['listener.name.open.my.plug.in', null, true, true, 0, null],
    ],
  );
});

test("a broker's settings are all listed, with those that nobody knows hidden", () => {
  const { configs } = describe({
    ...broker,
    staticTexts: { 'node.id': '1', 'my.secret': 'x' },
    configs: { '4:1': { 'background.threads': '20' } },
  });
  assert.deepEqual(
    configs.map(({ name, value, readOnly, isSensitive, configType }) => [
      name,
      value,
      readOnly,
      isSensitive,
      configType,
    ]),
    [
      ['my.secret', null, true, true, 0],
      ['background.threads', '20', false, false, 3],
      ['listener.security.protocol.map', '', false, false, 2],
      ['log.cleanup.policy', 'delete', false, false, 7],
      ['log.retention.hours', '168', true, false, 3],
      ['log.retention.ms', null, false, false, 5],
      ['min.insync.replicas', '1', false, false, 3],
      ['node.id', '1', true, false, 3],
      ['ssl.key.password', null, false, true, 9],
    ],
  );
});

test('a secret is never told, nor by its synonyms', () => {
  const configs = { '4:1': { 'ssl.key.password': 'secret' } };
  assert.equal(line({ ...broker, config: 'ssl.key.password', configs }), 'null BROKER [BROKER:ssl.key.password=null]');
});

test('the settings of all brokers are those that were set for all', () => {
  const question = {
    type: CONFIG_RESOURCE.broker,
    name: '',
    configs: { '4:': { 'background.threads': '5' } },
    staticTexts: { 'background.threads': '6' },
  };
  assert.deepEqual(
    describe(question).configs.map(({ name }) => name),
    ['background.threads'],
  );
  assert.equal(
    line({ ...question, config: 'background.threads' }),
    '5 DEFAULT_BROKER [DEFAULT_BROKER:background.threads=5]',
  );
});

test('groups inherit from the broker, client metrics subscriptions from nobody', () => {
  const group = { type: CONFIG_RESOURCE.group, name: 'g' };
  assert.equal(line({ ...group, config: 'share.isolated' }), 'false DEFAULT [DEFAULT:share.isolated=false]');
  const staticTexts = { 'group.consumer.session.timeout.ms': '50000' };
  assert.equal(
    line({
      ...group,
      config: 'consumer.session.timeout.ms',
      staticTexts,
      configs: { '32:g': { 'consumer.session.timeout.ms': '1' } },
    }),
    '1 GROUP [GROUP:consumer.session.timeout.ms=1, STATIC:group.consumer.session.timeout.ms=50000]',
  );
  const metrics = { type: CONFIG_RESOURCE.clientMetrics, name: 'm', config: 'interval.ms' };
  assert.equal(line(metrics), '300000 DEFAULT []');
  assert.equal(
    line({ ...metrics, configs: { '16:m': { 'interval.ms': '200' } } }),
    '200 METRICS [METRICS:interval.ms=200]',
  );
});

test('loggers have levels', () => {
  const question = { type: CONFIG_RESOURCE.brokerLogger, name: '1', loggers: { root: 'INFO' } };
  assert.equal(line({ ...question, config: 'root' }), 'INFO LOGGER []');
});

test('synonyms and documentation come only when they are asked for', () => {
  const request = {
    resources: [{ resourceType: 2, resourceName: 't', configurationKeys: [] }],
    includeSynonyms: false,
    includeDocumentation: false,
  };
  const [result] = describeConfigs(imageWith({}), request, { schema: testSchema, nodeId: 1 }).results;
  assert.equal(result?.configs.length, 4);
  assert.ok(result.configs.every(({ synonyms, documentation }) => synonyms.length === 0 && documentation === null));
});

test('resources that are not there, or not here, are refused', () => {
  const outcomes: [number, string, string][] = [
    [CONFIG_RESOURCE.topic, 'x', 'UNKNOWN_TOPIC_OR_PARTITION'],
    [CONFIG_RESOURCE.topic, 'a/b', 'INVALID_TOPIC_EXCEPTION'],
    [CONFIG_RESOURCE.broker, '2', 'INVALID_REQUEST'],
    [CONFIG_RESOURCE.broker, 'x', 'INVALID_REQUEST'],
    [CONFIG_RESOURCE.brokerLogger, '', 'INVALID_REQUEST'],
    [CONFIG_RESOURCE.group, '', 'INVALID_REQUEST'],
    [CONFIG_RESOURCE.clientMetrics, '', 'INVALID_REQUEST'],
    [99, 'x', 'INVALID_REQUEST'],
  ];
  for (const [type, name, expected] of outcomes) {
    const { errorCode, configs } = describe({ type, name });
    assert.deepEqual([errorName(errorCode), configs], [expected, []], `${type} ${name}`);
  }
});
