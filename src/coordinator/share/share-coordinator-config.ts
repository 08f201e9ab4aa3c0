// The settings of the share coordinator and of the topic that keeps its state.

import { type ConfigValues, int, short } from '../../config/index.ts';

export const shareCoordinatorConfigTable = {
  'share.coordinator.snapshot.update.records.per.snapshot': int({
    default: '500',
    min: 0,
    max: 500,
    doc: 'How many updates of a share partition are written before its whole state is written again.',
  }),
  'share.coordinator.state.topic.prune.interval.ms': int({
    default: '300000',
    min: 1,
    internal: true,
    doc: 'How often records that nobody needs any more are deleted from the topic of share groups, in milliseconds.',
  }),
  'share.coordinator.cold.partition.snapshot.interval.ms': int({
    default: '300000',
    min: 1,
    internal: true,
    doc: 'How often the state of share partitions that do not change is written again, so that older records can be deleted, in milliseconds.',
  }),
  'share.coordinator.load.buffer.size': int({
    default: '5242880',
    min: 1,
    doc: 'How much is read at a time when the state of share groups is loaded, in bytes.',
  }),
  'share.coordinator.state.topic.num.partitions': int({
    default: '50',
    min: 1,
    doc: 'How many partitions the topic of share groups is created with. Must not change afterwards, as the state of a share partition is found by it.',
  }),
  'share.coordinator.state.topic.replication.factor': short({
    default: '3',
    min: 1,
    doc: 'How many replicas the topic of share groups is created with. More than there are brokers are reduced to their number.',
  }),
  'share.coordinator.state.topic.min.isr': short({
    default: '2',
    min: 1,
    doc: 'The `min.insync.replicas` that the topic of share groups is created with. It means nothing on one broker.',
  }),
  'share.coordinator.state.topic.segment.bytes': int({
    default: '104857600',
    min: 1,
    doc: 'The size of a segment of the topic of share groups, in bytes.',
  }),
  'share.coordinator.state.topic.compression.codec': int({
    default: '0',
    doc: 'How batches of the topic of share groups are compressed: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.',
  }),
} as const;

export type ShareCoordinatorConfig = ConfigValues<typeof shareCoordinatorConfigTable>;
