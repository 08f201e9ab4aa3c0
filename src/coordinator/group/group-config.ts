// The settings of groups and of the topic that keeps them.

import { int, list, long, short, string } from '../../config/index.ts';
import { shareGroupConfigTable } from './share/share-group-config.ts';

export const groupConfigTable = {
  'group.initial.rebalance.delay.ms': int({
    default: '3000',
    doc: 'How long the first rebalance of an empty group waits for more members, in milliseconds. Each new member prolongs it by as much, up to the rebalance timeout.',
  }),
  'group.min.session.timeout.ms': int({
    default: '6000',
    doc: 'The shortest session timeout that a member of a classic group may ask for, in milliseconds.',
  }),
  'group.max.session.timeout.ms': int({
    default: '1800000',
    doc: 'The longest session timeout that a member of a classic group may ask for, in milliseconds.',
  }),
  'group.max.size': int({
    default: '2147483647',
    min: 1,
    doc: 'How many members a classic group may have. Others are refused with GROUP_MAX_SIZE_REACHED.',
  }),
  'group.consumer.session.timeout.ms': int({
    default: '45000',
    min: 1,
    doc: 'Milliseconds without a heartbeat after which a member leaves its consumer group.',
  }),
  'group.consumer.min.session.timeout.ms': int({
    default: '45000',
    min: 1,
    doc: 'The smallest consumer.session.timeout.ms that a group may have.',
  }),
  'group.consumer.max.session.timeout.ms': int({
    default: '60000',
    min: 1,
    doc: 'The largest consumer.session.timeout.ms that a group may have.',
  }),
  'group.consumer.heartbeat.interval.ms': int({
    default: '5000',
    min: 1,
    doc: 'Milliseconds between heartbeats that members of consumer groups are told.',
  }),
  'group.consumer.min.heartbeat.interval.ms': int({
    default: '5000',
    min: 1,
    doc: 'The smallest consumer.heartbeat.interval.ms that a group may have.',
  }),
  'group.consumer.max.heartbeat.interval.ms': int({
    default: '15000',
    min: 1,
    doc: 'The largest consumer.heartbeat.interval.ms that a group may have.',
  }),
  'group.consumer.regex.refresh.interval.ms': int({
    default: '600000',
    min: 10_000,
    internal: true,
    doc: 'Milliseconds after which the topics of regular expressions are looked for again although no topic has changed, since what a member may see can change too.',
  }),
  'group.consumer.assignment.interval.ms': int({
    default: '1000',
    min: 0,
    doc: "Milliseconds between two computations of a consumer group's assignment.",
    updateMode: 'cluster-wide',
  }),
  'group.consumer.min.assignment.interval.ms': int({
    default: '0',
    min: 0,
    doc: 'The smallest consumer.assignment.interval.ms that a group may have.',
  }),
  'group.consumer.max.assignment.interval.ms': int({
    default: '15000',
    min: 0,
    doc: 'The largest consumer.assignment.interval.ms that a group may have.',
  }),
  'group.consumer.max.size': int({
    default: '2147483647',
    min: 1,
    doc: 'The most members of a consumer group. Others are refused with GROUP_MAX_SIZE_REACHED.',
  }),
  'group.consumer.assignors': list({
    default: 'uniform,range',
    doc: 'Assignors that consumer groups may use; the first is the default.',
  }),
  'group.consumer.migration.policy': string({
    default: 'bidirectional',
    oneOf: ['bidirectional', 'upgrade', 'downgrade', 'disabled'],
    doc: 'Whether a group may change between the classic and the consumer protocol while it has members: upgrade to the consumer protocol, downgrade from it, both or neither.',
  }),
  'group.streams.session.timeout.ms': int({
    default: '45000',
    min: 1,
    doc: 'Milliseconds without a heartbeat after which a member leaves its streams group.',
  }),
  'group.streams.min.session.timeout.ms': int({
    default: '45000',
    min: 1,
    doc: 'The smallest streams.session.timeout.ms that a group may have.',
  }),
  'group.streams.max.session.timeout.ms': int({
    default: '60000',
    min: 1,
    doc: 'The largest streams.session.timeout.ms that a group may have.',
  }),
  'group.streams.heartbeat.interval.ms': int({
    default: '5000',
    min: 1,
    doc: 'Milliseconds between heartbeats that members of streams groups are told.',
  }),
  'group.streams.min.heartbeat.interval.ms': int({
    default: '5000',
    min: 1,
    doc: 'The smallest streams.heartbeat.interval.ms that a group may have.',
  }),
  'group.streams.max.heartbeat.interval.ms': int({
    default: '15000',
    min: 1,
    doc: 'The largest streams.heartbeat.interval.ms that a group may have.',
  }),
  'group.streams.assignment.interval.ms': int({
    default: '1000',
    min: 0,
    doc: "Milliseconds between two computations of a streams group's assignment.",
    updateMode: 'cluster-wide',
  }),
  'group.streams.min.assignment.interval.ms': int({
    default: '0',
    min: 0,
    doc: 'The smallest streams.assignment.interval.ms that a group may have.',
  }),
  'group.streams.max.assignment.interval.ms': int({
    default: '15000',
    min: 0,
    doc: 'The largest streams.assignment.interval.ms that a group may have.',
  }),
  'group.streams.initial.rebalance.delay.ms': int({
    default: '3000',
    min: 0,
    doc: 'How long the first assignment of an empty streams group waits for more members, in milliseconds.',
  }),
  'group.streams.max.size': int({
    default: '2147483647',
    min: 1,
    doc: 'The most members of a streams group. Others are refused with GROUP_MAX_SIZE_REACHED.',
  }),
  'group.streams.num.standby.replicas': int({
    default: '0',
    min: 0,
    doc: 'Standby copies of each task of a streams group that keeps state.',
  }),
  'group.streams.max.standby.replicas': int({
    default: '2',
    min: 0,
    doc: 'The largest streams.num.standby.replicas that a group may have.',
  }),
  ...shareGroupConfigTable,
  'offset.metadata.max.bytes': int({
    default: '4096',
    doc: 'How long the text may be that a client stores with a committed offset.',
  }),
  'offsets.retention.minutes': int({
    default: '10080',
    min: 1,
    doc: 'How long committed offsets outlive their use, in minutes: counted from when the group became empty, or from the commit for topics that a living group does not subscribe to and for consumers without a group.',
  }),
  'offsets.retention.check.interval.ms': long({
    default: '600000',
    min: 1,
    doc: 'How often expired offsets are looked for, in milliseconds.',
  }),
  'offsets.commit.timeout.ms': int({
    default: '5000',
    min: 1,
    doc: 'How long Apache Kafka waits for replicas to store a commit, in milliseconds. There are none here: the answer leaves when the commit is on disk.',
    meaningless: true,
  }),
  'offsets.load.buffer.size': int({
    default: '5242880',
    min: 1,
    doc: 'How much is read from the offsets topic at a time when groups are loaded, in bytes.',
  }),
  'offsets.topic.num.partitions': int({
    default: '50',
    min: 1,
    doc: 'How many partitions the offsets topic is created with. Must not change afterwards, as a group is found by it.',
  }),
  'offsets.topic.replication.factor': short({
    default: '3',
    min: 1,
    doc: 'How many replicas the offsets topic is created with. More than there are brokers are reduced to their number.',
  }),
  'offsets.topic.segment.bytes': int({
    default: '104857600',
    min: 1,
    doc: 'The size of a segment of the offsets topic, in bytes. Smaller segments are compacted and loaded sooner.',
  }),
  'offsets.topic.compression.codec': int({
    default: '0',
    doc: 'How batches of the offsets topic are compressed: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.',
  }),
} as const;
