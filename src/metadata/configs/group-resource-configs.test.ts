import assert from 'node:assert/strict';
import { test } from 'node:test';
import { int, readConfig } from '../../config/index.ts';
import { otherBrokerConfigTable } from '../broker-config/other-broker-config-table.ts';
import { clientMetricsConfigTable, validateClientMetricsConfigs } from './client-metrics-configs.ts';
import { groupResourceConfigTable, validateGroupConfigs } from './group-resource-configs.ts';

// Names that other modules come to read leave the table; each test brings what it needs.
const broker = {
  'group.consumer.min.session.timeout.ms': int({ default: '45000', doc: '' }),
  'group.consumer.max.session.timeout.ms': int({ default: '60000', doc: '' }),
  'group.consumer.session.timeout.ms': int({ default: '45000', doc: '' }),
  'group.consumer.heartbeat.interval.ms': int({ default: '5000', doc: '' }),
  'group.streams.max.standby.replicas': int({ default: '2', doc: '' }),
  ...otherBrokerConfigTable,
};

test('a group may move its settings within the bounds of the broker', () => {
  const check = (texts: Record<string, string>, brokerTexts = {}) => validateGroupConfigs(texts, broker, brokerTexts);
  check({});
  check({ 'consumer.session.timeout.ms': '50000' });
  assert.throws(
    () => check({ 'consumer.session.timeout.ms': '44999' }),
    /must be greater than or equal to group\.consumer\.min/,
  );
  assert.throws(
    () => check({ 'consumer.session.timeout.ms': '60001' }),
    /must be less than or equal to group\.consumer\.max/,
  );
  check({ 'consumer.session.timeout.ms': '60001' }, { 'group.consumer.max.session.timeout.ms': '70000' });
  assert.throws(
    () => check({ 'consumer.session.timeout.ms': '5000' }, { 'group.consumer.min.session.timeout.ms': '1' }),
    /must be greater than consumer\.heartbeat\.interval\.ms/,
  );
  assert.throws(() => check({ 'streams.num.standby.replicas': '3' }), /must be less than or equal to/);
});

test('a share group begins at an end of the log, or so long ago', () => {
  const parse = (text: string) => readConfig(groupResourceConfigTable, { 'share.auto.offset.reset': text });
  for (const text of ['earliest', 'latest', 'by_duration:PT1H30M', 'by_duration:P2DT0.5S', 'by_duration:P1D'])
    parse(text);
  for (const text of [
    'none',
    'by_duration:',
    'by_duration:P',
    'by_duration:PT',
    'by_duration:PT0S',
    'by_duration:1h',
  ]) {
    assert.throws(() => parse(text), /share\.auto\.offset\.reset/, text);
  }
});

test('a client metrics subscription has an interval of up to an hour and expressions for what clients tell', () => {
  const check = (texts: Record<string, string>) => {
    readConfig(clientMetricsConfigTable, texts);
    validateClientMetricsConfigs(texts);
  };
  check({ metrics: '*', 'interval.ms': '100', match: 'client_id=app-.*,client_source_port=90[0-9]+' });
  assert.throws(() => check({ 'interval.ms': '99' }), { code: 'INVALID_REQUEST' });
  assert.throws(() => check({ 'interval.ms': '3600001' }), { code: 'INVALID_REQUEST' });
  for (const match of ['client_id', 'shoe_size=44', 'client_id=[', 'client_id=a=b']) {
    assert.throws(() => check({ match }), /Illegal client matching pattern/, match);
  }
  assert.throws(() => check({ metrics: 'a,a' }), /must not be duplicated/);
});
