// Settings of transactions and of the state of share groups that no module of ours reads yet.

import type { ConfigTable } from '../../config/index.ts';
import { unused } from './setting.ts';

export const stateTopicSettings: ConfigTable = {
  'add.partitions.to.txn.retry.backoff.max.ms': unused(
    'int',
    '100',
    'The longest pause in milliseconds between two tries to add a partition to a transaction.',
  ),
  'add.partitions.to.txn.retry.backoff.ms': unused(
    'int',
    '20',
    'Milliseconds before the first new try to add a partition to a transaction.',
  ),
  'share.coordinator.append.linger.ms': unused(
    'int',
    '-1',
    'Milliseconds that the share coordinator collects records before it writes them; -1 adapts to the load.',
  ),
  'share.coordinator.cached.buffer.max.bytes': unused(
    'int',
    '1048588',
    'Bytes of the largest write buffer that the share coordinator keeps for later.',
    'cluster-wide',
  ),
  'share.coordinator.load.buffer.size': unused(
    'int',
    '5242880',
    'Bytes that are read at a time when the state of share groups is loaded.',
  ),
  'share.coordinator.snapshot.update.records.per.snapshot': unused(
    'int',
    '500',
    'Update records of a share partition after which a snapshot is written.',
  ),
  'share.coordinator.state.topic.compression.codec': unused(
    'int',
    '0',
    'The number of the codec that compresses the state topic of share groups.',
  ),
  'share.coordinator.state.topic.min.isr': unused(
    'short',
    '2',
    'Replicas of the state topic of share groups that must be in sync.',
  ),
  'share.coordinator.state.topic.num.partitions': unused('int', '50', 'Partitions of the state topic of share groups.'),
  'share.coordinator.state.topic.replication.factor': unused(
    'short',
    '3',
    'Replicas of the state topic of share groups.',
  ),
  'share.coordinator.state.topic.segment.bytes': unused(
    'int',
    '104857600',
    'Bytes of a segment of the state topic of share groups.',
  ),
  'share.coordinator.threads': unused('int', '1', 'Threads of the share coordinator.'),
  'share.coordinator.write.timeout.ms': unused(
    'int',
    '5000',
    'Milliseconds in which a write of the share coordinator must be done.',
  ),
  'share.fetch.purgatory.purge.interval.requests': unused(
    'int',
    '1000',
    'Finished share fetches after which their remains are swept out.',
  ),
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': unused(
    'int',
    '10000',
    'Milliseconds between two looks for transactions that are open for too long.',
  ),
  'transaction.max.timeout.ms': unused(
    'int',
    '900000',
    'The longest transaction timeout in milliseconds that a producer may ask for.',
  ),
  'transaction.partition.verification.enable': unused(
    'boolean',
    'true',
    "Whether a transactional write is checked against the coordinator's list of partitions.",
    'cluster-wide',
  ),
  'transaction.remove.expired.transaction.cleanup.interval.ms': unused(
    'int',
    '3600000',
    'Milliseconds between two looks for transactional ids that expired.',
  ),
  'transaction.state.log.load.buffer.size': unused(
    'int',
    '5242880',
    'Bytes that are read at a time when transactions are loaded.',
  ),
  'transaction.state.log.min.isr': unused('int', '2', 'Replicas of the transaction topic that must be in sync.'),
  'transaction.state.log.num.partitions': unused('int', '50', 'Partitions of the transaction topic.'),
  'transaction.state.log.replication.factor': unused('short', '3', 'Replicas of the transaction topic.'),
  'transaction.state.log.segment.bytes': unused('int', '104857600', 'Bytes of a segment of the transaction topic.'),
  'transaction.two.phase.commit.enable': unused(
    'boolean',
    'false',
    'Whether producers may leave the end of a transaction to an outside coordinator.',
  ),
  'transactional.id.expiration.ms': unused(
    'int',
    '604800000',
    'Milliseconds after which an unused transactional id is forgotten.',
  ),
};
