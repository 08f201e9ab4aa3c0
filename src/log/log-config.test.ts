import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ConfigError, readConfig } from '../config/index.ts';
import { logConfigTable, validateLogConfig } from './log-config.ts';

describe('topic settings', () => {
  test('are those of Apache Kafka 4.3, 33 of them', () => {
    assert.equal(Object.keys(logConfigTable).length, 33);
  });

  test('have defaults that are allowed', () => {
    const config = readConfig(logConfigTable, {});
    assert.equal(config['segment.bytes'], 2 ** 30);
    assert.equal(config['retention.ms'], 604_800_000);
    assert.deepEqual(config['cleanup.policy'], ['delete']);
    assert.equal(config['compression.gzip.level'], -1);
    validateLogConfig(config);
  });

  test('come from the broker-wide settings, converted, the finest unit first', () => {
    const read = (broker: Record<string, string>) => readConfig(logConfigTable, {}, broker);
    assert.equal(read({ 'log.retention.hours': '2' })['retention.ms'], 7_200_000);
    assert.equal(read({ 'log.retention.hours': '2', 'log.retention.minutes': '5' })['retention.ms'], 300_000);
    assert.equal(
      read({ 'log.retention.hours': '2', 'log.retention.minutes': '5', 'log.retention.ms': '7' })['retention.ms'],
      7,
    );
    assert.equal(read({ 'log.retention.hours': '-1' })['retention.ms'], -1);
    assert.equal(read({ 'log.retention.ms': '-1' })['retention.ms'], -1);
    assert.equal(read({ 'log.roll.hours': '1' })['segment.ms'], 3_600_000);
    assert.equal(read({ 'log.roll.jitter.hours': '1' })['segment.jitter.ms'], 3_600_000);
    assert.equal(read({ 'message.max.bytes': '5' })['max.message.bytes'], 5);
    assert.equal(read({ 'log.cleaner.delete.retention.ms': '5' })['delete.retention.ms'], 5);
    assert.equal(read({ 'log.segment.delete.delay.ms': '5' })['file.delete.delay.ms'], 5);
    assert.throws(() => read({ 'log.retention.hours': 'many' }), ConfigError);
  });

  test('refuse what Apache Kafka refuses', () => {
    const refused: Record<string, string[]> = {
      'cleanup.policy': ['shred', 'delete,delete'],
      'compression.type': ['brotli'],
      'compression.gzip.level': ['0', '10', '-2'],
      'compression.lz4.level': ['0', '18'],
      'compression.zstd.level': ['23'],
      'message.timestamp.type': ['createtime'],
      'min.cleanable.dirty.ratio': ['1.1', '-0.1'],
      'min.insync.replicas': ['0'],
      'segment.bytes': ['1000', '2147483648'],
      'segment.index.bytes': ['3'],
      'segment.ms': ['0'],
      'retention.ms': ['-2'],
      'flush.messages': ['0'],
      'leader.replication.throttled.replicas': ['1', '*,1:2'],
    };
    for (const [name, texts] of Object.entries(refused)) {
      for (const text of texts)
        assert.throws(() => readConfig(logConfigTable, { [name]: text }), ConfigError, `${name}=${text}`);
    }
  });

  test('allow what Apache Kafka allows', () => {
    const allowed: Record<string, string> = {
      'cleanup.policy': 'compact,delete',
      'compression.gzip.level': '9',
      'retention.bytes': '-5',
      'leader.replication.throttled.replicas': '*',
      'follower.replication.throttled.replicas': '0:1, 1:2',
      'flush.ms': '0',
    };
    readConfig(logConfigTable, allowed);
    assert.deepEqual(readConfig(logConfigTable, { 'cleanup.policy': '' })['cleanup.policy'], []);
  });

  test('are checked together where one limits another', () => {
    const config = readConfig(logConfigTable, { 'min.compaction.lag.ms': '10', 'max.compaction.lag.ms': '9' });
    assert.throws(() => validateLogConfig(config), /min\.compaction\.lag\.ms \(10\)/);
    assert.throws(
      () => validateLogConfig(readConfig(logConfigTable, { 'remote.storage.enable': 'true' })),
      /Tiered Storage functionality is disabled/,
    );
  });
});
