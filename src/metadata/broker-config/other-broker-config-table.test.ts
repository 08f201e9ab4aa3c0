import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { displayConfigText } from '../../config/index.ts';
import { otherBrokerConfigTable } from './other-broker-config-table.ts';

const FIXTURE = join(import.meta.dirname, '../../../test/fixtures/broker-configs.tsv');
const rows = new Map(
  readFileSync(FIXTURE, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t') as [string, string, string, string])
    .map(([name, type, text, mode]) => [name, { type, default: text === '\\N' ? null : text, mode }]),
);

test('every setting has the type, default and kind of update that Apache Kafka gives it', () => {
  const listed = Object.entries(otherBrokerConfigTable).filter(([, { internal }]) => !internal);
  const ours = listed.map(([name, definition]) => [
    name,
    {
      type: definition.type,
      default: definition.default,
      mode: definition.updateMode === 'read-only' ? 'read-only' : 'dynamic',
    },
  ]);
  assert.deepEqual(
    ours,
    listed.map(([name]) => [name, rows.get(name)]),
  );
});

test('every default is a value of its own setting', () => {
  for (const [name, definition] of Object.entries(otherBrokerConfigTable)) {
    definition.parse(name, definition.default);
    assert.equal(displayConfigText(definition, definition.default), definition.default, name);
  }
});

test('every setting is documented in a sentence', () => {
  for (const [name, { doc }] of Object.entries(otherBrokerConfigTable)) assert.match(doc, /^[A-Z].*\.$/, name);
});
