// The settings of all modules together, beside what Apache Kafka describes.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { describeConfigs, RESOURCE_TYPE } from '../src/metadata/index.ts';
import { newTopic, startCluster } from '../src/metadata/test-fixtures.ts';
import { configRegistry, configSchema } from '../src/server/config-registry.ts';
import { OWN_SETTINGS } from './support/own-settings.ts';

/** Settings whose default or way of changing is ours. */
const DIFFERENT: Readonly<Record<string, string>> = {
  listeners:
    'a broker that is started without settings does not open itself to the network, and its listeners are what they were at the start',
  'listener.security.protocol.map': 'listeners are what they were at the start',
};

function rowsOf(file: string): string[][] {
  return readFileSync(join(import.meta.dirname, 'fixtures', file), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'));
}

test('the registry has every setting of a Kafka broker, with its type, default and kind of update', () => {
  const kafka = rowsOf('broker-configs.tsv').filter(([name = '']) => !Object.hasOwn(DIFFERENT, name));
  const ours = Object.entries(configRegistry)
    .filter(([name]) => !OWN_SETTINGS.includes(name) && !Object.hasOwn(DIFFERENT, name))
    .map(([name, { type, default: text, updateMode }]) => {
      return [name, type, text ?? '\\N', updateMode === 'read-only' ? 'read-only' : 'dynamic'];
    });
  assert.deepEqual(onlyIn(ours, kafka), []);
  assert.deepEqual(onlyIn(kafka, ours), []);
});

test('a topic is described as Kafka describes it: names, types, values, sources and synonyms', async () => {
  const schema = configSchema({});
  const { controller } = await startCluster({ schema });
  await controller.createTopics({ topics: [newTopic('t')], validateOnly: false });
  const request = {
    resources: [{ resourceType: RESOURCE_TYPE.topic, resourceName: 't', configurationKeys: null }],
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

function onlyIn(rows: string[][], others: string[][]): string[] {
  const known = new Set(others.map((row) => row.join(' | ')));
  return rows.map((row) => row.join(' | ')).filter((row) => !known.has(row));
}
