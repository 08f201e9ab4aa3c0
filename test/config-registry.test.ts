// The settings of all modules together, beside what Apache Kafka describes.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { describeConfigs } from '../src/metadata/index.ts';
import { newTopic, startCluster } from '../src/metadata/test-fixtures.ts';
import { CONFIG_RESOURCE } from '../src/protocol/index.ts';
import { configRegistry, configSchema } from '../src/server/config-registry.ts';
import { OWN_SETTINGS } from './support/own-settings.ts';

/** Settings whose default or way of changing is ours. */
const DIFFERENT: Readonly<Record<string, string>> = {
  listeners:
    'a broker that is started without settings does not open itself to the network, and its listeners are what they were at the start',
  'listener.security.protocol.map': 'listeners are what they were at the start',
};

/** Where Apache Kafka finds out about a wrong value later, or never. */
const STRICTER: Readonly<Record<string, string>> = {
  'log.cleaner.dedupe.buffer.size': '[1024,...]',
  'log.cleaner.io.buffer.load.factor': '[0.01,...,0.99]',
  'log.cleaner.io.max.bytes.per.second': '[1,...]',
  'log.flush.scheduler.interval.ms': '[1,...]',
  'ssl.protocol': '[tls, tlsv1.1, tlsv1.2, tlsv1.3]',
};

/** The words of `(case insensitive) [UPGRADE, DISABLED]`, sorted. Ranges stay as they are. */
function inOneOrder(validValues: string): string {
  const [, words] = /\[(.*[a-z].*)\]$/i.exec(validValues) ?? [];
  return words === undefined ? validValues : `[${words.toLowerCase().split(', ').toSorted().join(', ')}]`;
}

function rowsOf(file: string): string[][] {
  return readFileSync(join(import.meta.dirname, 'fixtures', file), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'));
}

test('the registry has every setting of a Kafka broker, with its type, default, kind of update and valid values', () => {
  const kafka = rowsOf('broker-configs.tsv')
    .filter(([name = '']) => !Object.hasOwn(DIFFERENT, name))
    .map(([name = '', type = '', text = '', update = '', valid = '']) => {
      return [name, type, text, update, Object.hasOwn(STRICTER, name) ? (STRICTER[name] ?? '') : inOneOrder(valid)];
    });
  const ours = Object.entries(configRegistry)
    .filter(([name]) => !OWN_SETTINGS.includes(name) && !Object.hasOwn(DIFFERENT, name))
    .map(([name, { type, default: text, updateMode, validValues }]) => {
      return [name, type, text ?? '\\N', updateMode === 'read-only' ? 'read-only' : 'dynamic', inOneOrder(validValues)];
    });
  assert.deepEqual(onlyIn(ours, kafka), []);
  assert.deepEqual(onlyIn(kafka, ours), []);
});

test('a topic is described as Kafka describes it: names, types, values, sources and synonyms', async () => {
  const schema = configSchema({});
  const { controller } = await startCluster({ schema });
  await controller.createTopics({ topics: [newTopic('t')], validateOnly: false });
  const request = {
    resources: [{ resourceType: CONFIG_RESOURCE.topic, resourceName: 't', configurationKeys: null }],
    includeSynonyms: true,
    includeDocumentation: true,
  };
  const { results } = describeConfigs(controller.image, request, { schema, nodeId: 1 });
  const sources = [
    '',
    'DYNAMIC_TOPIC_CONFIG',
    'DYNAMIC_BROKER_CONFIG',
    'DYNAMIC_DEFAULT_BROKER_CONFIG',
    'STATIC_BROKER_CONFIG',
    'DEFAULT_CONFIG',
  ];
  const types = ['', 'boolean', 'string', 'int', 'short', 'long', 'double', 'list', 'class', 'password'];
  const ours = (results[0]?.configs ?? []).map((config) => [
    config.name,
    types[config.configType ?? 0],
    config.value,
    sources[config.configSource ?? 0],
    config.synonyms.map(({ name, source }) => `${sources[source]}:${name}`).join(', '),
  ]);
  assert.deepEqual(ours.sort(), rowsOf('topic-configs.tsv').sort());
  await controller.stop();
});

test('a topic may not have settings that only make sense together with others', async () => {
  const { controller } = await startCluster({ schema: configSchema({}) });
  await controller.createTopics({ topics: [newTopic('t')], validateOnly: false });
  const messageFor = async (configs: Readonly<Record<string, string>>) => {
    const resource = {
      resourceType: CONFIG_RESOURCE.topic,
      resourceName: 't',
      configs: Object.entries(configs).map(([name, value]) => ({ name, value, configOperation: 0 })),
    };
    const { responses } = await controller.incrementalAlterConfigs({ resources: [resource], validateOnly: true });
    return responses[0]?.errorMessage;
  };
  assert.match((await messageFor({ 'remote.storage.enable': 'true' })) ?? '', /^Tiered Storage .* is disabled/);
  assert.match(
    (await messageFor({ 'min.compaction.lag.ms': '9', 'max.compaction.lag.ms': '8' })) ?? '',
    /^conflict topic config setting min/,
  );
  assert.equal(await messageFor({ 'min.compaction.lag.ms': '8', 'max.compaction.lag.ms': '9' }), null);
  await controller.stop();
});

function onlyIn(rows: string[][], others: string[][]): string[] {
  const known = new Set(others.map((row) => row.join(' | ')));
  return rows.map((row) => row.join(' | ')).filter((row) => !known.has(row));
}
