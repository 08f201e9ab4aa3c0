// Settings of brokers that stand in where a topic has none of its own. What they mean is said in full where the topic's setting is declared.

import type { ConfigTable } from '../../config/index.ts';
import { setting } from './setting.ts';

export const topicDefaultSettings: ConfigTable = {
  'compression.gzip.level': setting(
    'int',
    '-1',
    'The compression.gzip.level of topics that have none.',
    'cluster-wide',
  ),
  'compression.lz4.level': setting('int', '9', 'The compression.lz4.level of topics that have none.', 'cluster-wide'),
  'compression.type': setting('string', 'producer', 'The compression.type of topics that have none.', 'cluster-wide'),
  'compression.zstd.level': setting('int', '3', 'The compression.zstd.level of topics that have none.', 'cluster-wide'),
  'log.cleaner.delete.retention.ms': setting(
    'long',
    '86400000',
    'The delete.retention.ms of topics that have none: milliseconds for which compaction keeps tombstones.',
    'cluster-wide',
  ),
  'log.cleaner.max.compaction.lag.ms': setting(
    'long',
    '9223372036854775807',
    'The max.compaction.lag.ms of topics that have none.',
    'cluster-wide',
  ),
  'log.cleaner.min.cleanable.ratio': setting(
    'double',
    '0.5',
    'The min.cleanable.dirty.ratio of topics that have none.',
    'cluster-wide',
  ),
  'log.cleaner.min.compaction.lag.ms': setting(
    'long',
    '0',
    'The min.compaction.lag.ms of topics that have none.',
    'cluster-wide',
  ),
  'log.cleanup.policy': setting(
    'list',
    'delete',
    'The cleanup.policy of topics that have none: delete, compact or both.',
    'cluster-wide',
  ),
  'log.flush.interval.messages': setting(
    'long',
    '9223372036854775807',
    'The flush.messages of topics that have none.',
    'cluster-wide',
  ),
  'log.flush.interval.ms': setting(
    'long',
    null,
    'The flush.ms of topics that have none; without it log.flush.scheduler.interval.ms counts.',
    'cluster-wide',
  ),
  'log.index.interval.bytes': setting(
    'int',
    '4096',
    'The index.interval.bytes of topics that have none.',
    'cluster-wide',
  ),
  'log.index.size.max.bytes': setting(
    'int',
    '10485760',
    'The segment.index.bytes of topics that have none.',
    'cluster-wide',
  ),
  'log.local.retention.bytes': setting(
    'long',
    '-2',
    'The local.retention.bytes of topics that have none.',
    'cluster-wide',
  ),
  'log.local.retention.ms': setting('long', '-2', 'The local.retention.ms of topics that have none.', 'cluster-wide'),
  'log.message.timestamp.after.max.ms': setting(
    'long',
    '3600000',
    'The message.timestamp.after.max.ms of topics that have none.',
    'cluster-wide',
  ),
  'log.message.timestamp.before.max.ms': setting(
    'long',
    '9223372036854775807',
    'The message.timestamp.before.max.ms of topics that have none.',
    'cluster-wide',
  ),
  'log.message.timestamp.type': setting(
    'string',
    'CreateTime',
    'The message.timestamp.type of topics that have none: CreateTime or LogAppendTime.',
    'cluster-wide',
  ),
  'log.preallocate': setting('boolean', 'false', 'The preallocate of topics that have none.', 'cluster-wide'),
  'log.retention.bytes': setting(
    'long',
    '-1',
    'The retention.bytes of topics that have none; -1 for no limit.',
    'cluster-wide',
  ),
  'log.retention.hours': setting(
    'int',
    '168',
    'The retention.ms of topics that have none, in hours. log.retention.minutes and log.retention.ms are stronger.',
  ),
  'log.retention.minutes': setting(
    'int',
    null,
    'The retention.ms of topics that have none, in minutes. log.retention.ms is stronger.',
  ),
  'log.retention.ms': setting(
    'long',
    null,
    'The retention.ms of topics that have none; -1 for no limit.',
    'cluster-wide',
  ),
  'log.roll.hours': setting(
    'int',
    '168',
    'The segment.ms of topics that have none, in hours. log.roll.ms is stronger.',
  ),
  'log.roll.jitter.hours': setting(
    'int',
    '0',
    'The segment.jitter.ms of topics that have none, in hours. log.roll.jitter.ms is stronger.',
  ),
  'log.roll.jitter.ms': setting('long', null, 'The segment.jitter.ms of topics that have none.', 'cluster-wide'),
  'log.roll.ms': setting('long', null, 'The segment.ms of topics that have none.', 'cluster-wide'),
  'log.segment.bytes': setting('int', '1073741824', 'The segment.bytes of topics that have none.', 'cluster-wide'),
  'log.segment.delete.delay.ms': setting(
    'long',
    '60000',
    'The file.delete.delay.ms of topics that have none.',
    'cluster-wide',
  ),
  'message.max.bytes': setting(
    'int',
    '1048588',
    'The max.message.bytes of topics that have none: the largest record batch, in bytes.',
    'cluster-wide',
  ),
  'min.insync.replicas': setting('int', '1', 'The min.insync.replicas of topics that have none.', 'cluster-wide'),
  'unclean.leader.election.enable': setting(
    'boolean',
    'false',
    'The unclean.leader.election.enable of topics that have none.',
    'cluster-wide',
  ),
};
