// Settings of the state of share groups that no module of ours reads yet.

import type { ConfigTable } from '../../config/index.ts';
import { unused } from './setting.ts';

export const stateTopicSettings: ConfigTable = {
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
};
