// Settings of tiered storage as Apache Kafka has it.

import type { ConfigTable } from '../../config/index.ts';
import { unused } from './setting.ts';

export const remoteStorageSettings: ConfigTable = {
  'remote.fetch.max.wait.ms': unused(
    'int',
    '500',
    'The most milliseconds that a fetch waits for remote storage.',
    'cluster-wide',
    { min: 1 },
  ),
  'remote.list.offsets.request.timeout.ms': unused(
    'long',
    '30000',
    'Milliseconds in which remote storage must find an offset.',
    'cluster-wide',
    { min: 1 },
  ),
  'remote.log.index.file.cache.total.size.bytes': unused(
    'long',
    '1073741824',
    'Bytes of remote index files that are kept on the local disk.',
    'cluster-wide',
    { min: 1 },
  ),
  'remote.log.manager.copier.thread.pool.size': unused(
    'int',
    '10',
    'Threads that copy segments to remote storage.',
    'cluster-wide',
    { min: 1 },
  ),
  'remote.log.manager.copy.max.bytes.per.second': unused(
    'long',
    '9223372036854775807',
    'Bytes per second that are copied to remote storage.',
    'cluster-wide',
    { min: 1 },
  ),
  'remote.log.manager.copy.quota.window.num': unused(
    'int',
    '11',
    'Samples that measure the copying to remote storage.',
    'read-only',
    { min: 1 },
  ),
  'remote.log.manager.copy.quota.window.size.seconds': unused(
    'int',
    '1',
    'Seconds of each sample that measures the copying to remote storage.',
    'read-only',
    { min: 1 },
  ),
  'remote.log.manager.expiration.thread.pool.size': unused(
    'int',
    '10',
    'Threads that delete expired segments from remote storage.',
    'cluster-wide',
    { min: 1 },
  ),
  'remote.log.manager.fetch.max.bytes.per.second': unused(
    'long',
    '9223372036854775807',
    'Bytes per second that are read from remote storage.',
    'cluster-wide',
    { min: 1 },
  ),
  'remote.log.manager.fetch.quota.window.num': unused(
    'int',
    '11',
    'Samples that measure the reading from remote storage.',
    'read-only',
    { min: 1 },
  ),
  'remote.log.manager.fetch.quota.window.size.seconds': unused(
    'int',
    '1',
    'Seconds of each sample that measures the reading from remote storage.',
    'read-only',
    { min: 1 },
  ),
  'remote.log.manager.follower.thread.pool.size': unused(
    'int',
    '2',
    'Threads that follow remote storage for replicas that do not lead.',
    'cluster-wide',
    { min: 1 },
  ),
  'remote.log.manager.task.interval.ms': unused(
    'long',
    '30000',
    'Milliseconds between two rounds of work on remote storage.',
    'read-only',
    { min: 1 },
  ),
  'remote.log.manager.thread.pool.size': unused('int', '2', 'Threads for the work on remote storage.', 'read-only', {
    min: 1,
  }),
  'remote.log.metadata.custom.metadata.max.bytes': unused(
    'int',
    '128',
    'The most bytes that a storage plug-in may keep with a segment.',
    'read-only',
    { min: 0 },
  ),
  'remote.log.metadata.manager.class.name': unused(
    'string',
    'org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager',
    'A Java class that keeps the metadata of remote segments.',
  ),
  'remote.log.metadata.manager.class.path': unused(
    'string',
    null,
    'The class path of the class that keeps the metadata of remote segments.',
  ),
  'remote.log.metadata.manager.impl.prefix': unused(
    'string',
    'rlmm.config.',
    'The prefix of settings for the class that keeps the metadata of remote segments.',
  ),
  'remote.log.metadata.manager.listener.name': unused(
    'string',
    null,
    'The listener over which the metadata of remote segments is reached.',
  ),
  'remote.log.reader.max.pending.tasks': unused('int', '100', 'Reads of remote storage that may wait.', 'read-only', {
    min: 1,
  }),
  'remote.log.reader.threads': unused('int', '10', 'Threads that read from remote storage.', 'cluster-wide', {
    min: 1,
  }),
  'remote.log.storage.manager.class.name': unused('string', null, 'A Java class that is the remote storage.'),
  'remote.log.storage.manager.class.path': unused(
    'string',
    null,
    'The class path of the class that is the remote storage.',
  ),
  'remote.log.storage.manager.impl.prefix': unused(
    'string',
    'rsm.config.',
    'The prefix of settings for the class that is the remote storage.',
  ),
  'remote.log.storage.system.enable': unused('boolean', 'false', 'Whether segments may be kept in remote storage.'),
};
