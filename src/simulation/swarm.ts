// What a run is like, drawn from its seed. Runs differ in kind (some have no power cuts, some no network faults, some slow disks), because a run in
// which everything happens at once hides what few things together bring out.

import type { Random } from '../platform/index.ts';

export interface Swarm {
  readonly crashes: number;
  /** Of the crashes; the others kill only the process. */
  readonly powerCutPercent: number;
  /** How many calls to the disk the broker lives on when its death is near. */
  readonly lastCalls: number;
  /** ms between two crashes at most. */
  readonly maxLifeMs: number;
  readonly diesWhileStarting: boolean;
  readonly idempotentProducers: number;
  readonly plainProducers: number;
  /** acks=1. */
  readonly hastyProducers: number;
  readonly recordsPerProducer: number;
  readonly maxValueBytes: number;
  readonly maxThinkMs: number;
  readonly compression: 'none' | 'gzip';
  readonly readers: number;
  readonly groupMembers: number;
  readonly groupProtocol: 'classic' | 'consumer';
  readonly commits: number;
  readonly adminActions: number;
  readonly deletesRecords: boolean;
  /** Topics are given the names of deleted ones. */
  readonly recreatesTopics: boolean;
  readonly transactions: number;
  readonly cutsNetwork: boolean;
  readonly pausesBroker: boolean;
  readonly jumpsClock: boolean;
  /** How much faster than the world the broker's clock runs. */
  readonly clockRate: number;
  readonly fillsDisk: boolean;
  readonly failsSync: boolean;
  readonly failsReads: boolean;
  /** After a failure the broker may be started again on the same disk. */
  readonly trustsFailedDisk: boolean;
  readonly logDirectories: number;
  /** Now and then the broker starts while the disk of its last log directory is away. */
  readonly losesDirectory: boolean;
  readonly maxDiskLatencyMs: number;
  readonly maxSyncLatencyMs: number;
  readonly maxNetworkLatencyMs: number;
  readonly topicConfigs: Readonly<Record<string, string>>;
  readonly brokerSettings: Readonly<Record<string, string>>;
  readonly shareGroups: number;
  /** Of each share group. */
  readonly shareMembers: number;
  /** Records of the topic that is compacted. */
  readonly overwrites: number;
  readonly keyedTopicConfigs: Readonly<Record<string, string>>;
  readonly cleanerSettings: Readonly<Record<string, string>>;
  /** In each partition of the topic that is copied in transactions; 0 for none. */
  readonly copiedRecords: number;
  /** ms that topics keep their records, by the time of each; undefined for a week. */
  readonly retentionMs: number | undefined;
  readonly retentionSettings: Readonly<Record<string, string>>;
  /** A file changes by itself in the end. */
  readonly rots: boolean;
  /** A partition's while the broker is stopped, or while it runs; or the metadata log's. */
  readonly rotsIn: 'stopped' | 'running' | 'metadata';
  readonly streamsMembers: number;
  /** How many members have at least come and gone before it is looked who has the tasks. */
  readonly streamsLives: number;
}

export function drawSwarm(random: Random): Swarm {
  const chance = (percent: number) => random.integer(100) < percent;
  const pick = <T>(...choices: readonly [T, ...T[]]): T => choices[random.integer(choices.length)] ?? choices[0];
  return {
    crashes: 1 + random.integer(4),
    powerCutPercent: pick(0, 50, 100, 100),
    lastCalls: pick(3, 20, 80),
    maxLifeMs: pick(50, 300, 1500),
    diesWhileStarting: chance(30),
    idempotentProducers: random.integer(3),
    plainProducers: random.integer(2),
    hastyProducers: chance(30) ? 1 : 0,
    recordsPerProducer: pick(10, 40, 80),
    maxValueBytes: pick(20, 600, 6000),
    maxThinkMs: pick(0, 5, 60),
    compression: chance(15) ? 'gzip' : 'none',
    readers: chance(50) ? 1 : 0,
    groupMembers: chance(20) ? 2 : 0,
    commits: chance(60) ? 30 : 0,
    adminActions: chance(50) ? 8 : 0,
    deletesRecords: chance(25),
    recreatesTopics: chance(50),
    transactions: chance(35) ? 12 : 0,
    cutsNetwork: chance(20),
    pausesBroker: chance(10),
    jumpsClock: chance(15),
    clockRate: chance(20) ? pick(0.9, 1.1) : 1,
    fillsDisk: chance(10),
    failsSync: chance(10),
    failsReads: chance(10),
    logDirectories: pick(1, 1, 2, 3),
    losesDirectory: chance(30),
    maxDiskLatencyMs: pick(0, 1, 5),
    maxSyncLatencyMs: pick(1, 5, 40),
    maxNetworkLatencyMs: pick(0, 1, 10),
    topicConfigs: {
      'index.interval.bytes': pick('100', '4096'),
      'segment.index.bytes': pick('24', '10485760'),
      'segment.ms': pick('200', '604800000'),
      'file.delete.delay.ms': pick('0', '500', '60000'),
    },
    brokerSettings: {
      // Records are from before or behind the jump of a clock.
      'log.message.timestamp.after.max.ms': '9223372036854775807',
      'log.tail.cache.bytes': pick('0', '4000', '67108864'),
      'log.flush.offset.checkpoint.interval.ms': pick('100', '1000', '60000'),
      'log.flush.start.offset.checkpoint.interval.ms': pick('100', '60000'),
      'log.retention.check.interval.ms': pick('100', '1000', '300000'),
      'log.initial.task.delay.ms': pick('10', '30000'),
      'log.journal.min.partitions': pick('1', '1', '3'),
      'log.journal.max.bytes': pick('0', '32768', '131072', '134217728'),
      'group.share.min.record.lock.duration.ms': '1000',
      'group.share.record.lock.duration.ms': pick('1000', '3000', '30000'),
      'group.share.delivery.count.limit': pick('2', '5', '10'),
    },
    shareGroups: chance(25) ? 1 + random.integer(2) : 0,
    shareMembers: pick(1, 2, 4),
    trustsFailedDisk: chance(50),
    overwrites: chance(40) ? pick(20, 60) : 0,
    keyedTopicConfigs: {
      'cleanup.policy': 'compact',
      'segment.ms': pick('20', '100', '500'),
      'min.cleanable.dirty.ratio': pick('0', '0.5'),
      'delete.retention.ms': pick('0', '300', '86400000'),
    },
    cleanerSettings: {
      'log.cleaner.backoff.ms': pick('20', '200', '1000'),
      'log.cleaner.dedupe.buffer.size': pick('1024', '134217728'),
      'log.cleaner.io.buffer.size': pick('400', '524288'),
    },
    groupProtocol: pick('classic', 'consumer'),
    copiedRecords: chance(20) ? pick(10, 40) : 0,
    retentionMs: chance(25) ? pick(100, 1000, 3_600_000) : undefined,
    // Of the broker, so that something goes while a run lasts.
    retentionSettings: { 'log.retention.check.interval.ms': pick('20', '200'), 'log.initial.task.delay.ms': '10' },
    rots: chance(30),
    streamsMembers: chance(20) ? pick(2, 3, 4) : 0,
    streamsLives: pick(0, 10, 40),
    rotsIn: pick('stopped', 'stopped', 'running', 'metadata'),
  };
}
