// Every topic-level setting of Kafka 4.3, with the broker-wide settings that stand in for a missing one.

import {
  boolean,
  type ConfigDefinition,
  ConfigError,
  type ConfigValues,
  double,
  int,
  list,
  long,
  string,
} from '../config/index.ts';

/** A topic's settings, typed, by Kafka's names. */
export type LogConfig = ConfigValues<typeof logConfigTable>;

const NO_LIMIT = '9223372036854775807';
const updateMode = 'cluster-wide';

export const logConfigTable = {
  'cleanup.policy': list({
    default: 'delete',
    oneOf: ['compact', 'delete'],
    updateMode,
    synonyms: ['log.cleanup.policy'],
    doc: 'How old data goes: "delete" drops whole segments by age or size, "compact" keeps the last value of each key, both do both, an empty list keeps everything.',
  }),
  'compression.gzip.level': int({
    default: '-1',
    min: 1,
    max: 9,
    also: -1,
    updateMode,
    synonyms: ['compression.gzip.level'],
    doc: 'Level of gzip, 1 (fast) to 9 (small), -1 for its own default, where this topic is recompressed with gzip.',
  }),
  'compression.lz4.level': int({
    default: '9',
    min: 1,
    max: 17,
    updateMode,
    synonyms: ['compression.lz4.level'],
    doc: 'Level of lz4, 1 (fast) to 17 (small), where this topic is recompressed with lz4.',
  }),
  'compression.type': string({
    default: 'producer',
    oneOf: ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
    updateMode,
    synonyms: ['compression.type'],
    doc: 'The codec in which batches are kept: "producer" keeps them as they arrive, anything else recompresses what differs.',
  }),
  'compression.zstd.level': int({
    default: '3',
    min: -131072,
    max: 22,
    updateMode,
    synonyms: ['compression.zstd.level'],
    doc: 'Level of zstd, up to 22 (small), negative ones are faster, where this topic is recompressed with zstd.',
  }),
  'delete.retention.ms': long({
    default: '86400000',
    min: 0,
    updateMode,
    synonyms: ['log.cleaner.delete.retention.ms'],
    doc: 'Milliseconds for which compaction keeps a tombstone, so that a slow reader still sees the deletion.',
  }),
  'file.delete.delay.ms': long({
    default: '60000',
    min: 0,
    updateMode,
    synonyms: ['log.segment.delete.delay.ms'],
    doc: 'Milliseconds between taking a file out of the log and removing it from the disk.',
  }),
  'flush.messages': long({
    default: NO_LIMIT,
    min: 1,
    updateMode,
    synonyms: ['log.flush.interval.messages'],
    doc: 'Records after which the log is synced even if nobody asked for it with acks=all.',
  }),
  'flush.ms': long({
    default: NO_LIMIT,
    min: 0,
    updateMode,
    synonyms: ['log.flush.interval.ms', 'log.flush.scheduler.interval.ms'],
    doc: 'Milliseconds after which written records are synced even if nobody asked for it with acks=all.',
  }),
  'follower.replication.throttled.replicas': throttledReplicas(
    list({
      default: '',
      updateMode,
      meaningless: true,
      doc: 'Replicas whose replication would be throttled on the follower; there is no replication to throttle here.',
    }),
  ),
  'index.interval.bytes': int({
    default: '4096',
    min: 0,
    updateMode,
    synonyms: ['log.index.interval.bytes'],
    doc: 'Bytes of the log between two entries of its offset and time indexes.',
  }),
  'leader.replication.throttled.replicas': throttledReplicas(
    list({
      default: '',
      updateMode,
      meaningless: true,
      doc: 'Replicas whose replication would be throttled on the leader; there is no replication to throttle here.',
    }),
  ),
  'local.retention.bytes': long({
    default: '-2',
    min: -2,
    updateMode,
    synonyms: ['log.local.retention.bytes'],
    meaningless: true,
    doc: 'Bytes kept locally of a topic with tiered storage, -2 for the value of retention.bytes.',
  }),
  'local.retention.ms': long({
    default: '-2',
    min: -2,
    updateMode,
    synonyms: ['log.local.retention.ms'],
    meaningless: true,
    doc: 'Milliseconds for which a topic with tiered storage keeps data locally, -2 for the value of retention.ms.',
  }),
  'max.compaction.lag.ms': long({
    default: NO_LIMIT,
    min: 1,
    updateMode,
    synonyms: ['log.cleaner.max.compaction.lag.ms'],
    doc: 'Milliseconds after which a record of a compacted topic must have become eligible for compaction.',
  }),
  'max.message.bytes': int({
    default: '1048588',
    min: 0,
    updateMode,
    synonyms: ['message.max.bytes'],
    doc: 'Bytes of the largest record batch that is accepted, as it is sent, compressed or not.',
  }),
  'message.timestamp.after.max.ms': long({
    default: '3600000',
    min: 0,
    updateMode,
    synonyms: ['log.message.timestamp.after.max.ms'],
    doc: "Milliseconds by which a record of a CreateTime topic may be newer than the broker's clock.",
  }),
  'message.timestamp.before.max.ms': long({
    default: NO_LIMIT,
    min: 0,
    updateMode,
    synonyms: ['log.message.timestamp.before.max.ms'],
    doc: "Milliseconds by which a record of a CreateTime topic may be older than the broker's clock.",
  }),
  'message.timestamp.type': string({
    default: 'CreateTime',
    oneOf: ['CreateTime', 'LogAppendTime'],
    updateMode,
    synonyms: ['log.message.timestamp.type'],
    doc: "Whether a record keeps its producer's timestamp (CreateTime) or gets the broker's (LogAppendTime).",
  }),
  'min.cleanable.dirty.ratio': double({
    default: '0.5',
    min: 0,
    max: 1,
    updateMode,
    synonyms: ['log.cleaner.min.cleanable.ratio'],
    doc: 'Share of a compacted log that must be uncompacted before compaction is worth its work.',
  }),
  'min.compaction.lag.ms': long({
    default: '0',
    min: 0,
    updateMode,
    synonyms: ['log.cleaner.min.compaction.lag.ms'],
    doc: 'Milliseconds for which a record of a compacted topic stays as it was written.',
  }),
  'min.insync.replicas': int({
    default: '1',
    min: 1,
    updateMode,
    synonyms: ['min.insync.replicas'],
    doc: 'In-sync replicas that a write with acks=all needs; a partition here has one.',
  }),
  preallocate: boolean({
    default: 'false',
    updateMode,
    synonyms: ['log.preallocate'],
    meaningless: true,
    doc: 'Whether a new segment file would be given its full size at once; segments here grow as they are written.',
  }),
  'remote.log.copy.disable': boolean({
    default: 'false',
    updateMode,
    meaningless: true,
    doc: 'Whether a topic with tiered storage stops copying segments away; there is no tiered storage here.',
  }),
  'remote.log.delete.on.disable': boolean({
    default: 'false',
    updateMode,
    meaningless: true,
    doc: 'Whether tiered data goes when tiered storage is switched off; there is no tiered storage here.',
  }),
  'remote.storage.enable': boolean({
    default: 'false',
    updateMode,
    meaningless: true,
    doc: 'Whether a topic uses tiered storage; there is none here.',
  }),
  'retention.bytes': long({
    default: '-1',
    updateMode,
    synonyms: ['log.retention.bytes'],
    doc: 'Bytes of one partition beyond which its oldest segments are deleted, -1 for no limit.',
  }),
  'retention.ms': long({
    default: '604800000',
    min: -1,
    updateMode,
    synonyms: [
      { name: 'log.retention.ms', convert: negativeMeansForever },
      { name: 'log.retention.minutes', convert: (text) => negativeMeansForever(times(60_000n, text)) },
      { name: 'log.retention.hours', convert: (text) => negativeMeansForever(times(3_600_000n, text)) },
    ],
    doc: 'Milliseconds after which a segment is deleted, counted from its newest record, -1 for no limit.',
  }),
  'segment.bytes': int({
    default: '1073741824',
    min: 1024 * 1024,
    updateMode,
    synonyms: ['log.segment.bytes'],
    doc: 'Bytes that a segment file may reach before the log goes on in a new one.',
  }),
  'segment.index.bytes': int({
    default: '10485760',
    min: 4,
    updateMode,
    synonyms: ['log.index.size.max.bytes'],
    doc: 'Bytes that an index file may reach; a full index starts a new segment.',
  }),
  'segment.jitter.ms': long({
    default: '0',
    min: 0,
    updateMode,
    synonyms: ['log.roll.jitter.ms', { name: 'log.roll.jitter.hours', convert: (text) => times(3_600_000n, text) }],
    doc: 'Milliseconds at most, chosen at random, by which a segment is rolled earlier than segment.ms, so that not all roll at once.',
  }),
  'segment.ms': long({
    default: '604800000',
    min: 1,
    updateMode,
    synonyms: ['log.roll.ms', { name: 'log.roll.hours', convert: (text) => times(3_600_000n, text) }],
    doc: 'Milliseconds after which a segment is rolled although it is not full, so that retention can take it.',
  }),
  'unclean.leader.election.enable': boolean({
    default: 'false',
    updateMode,
    synonyms: ['unclean.leader.election.enable'],
    meaningless: true,
    doc: 'Whether a replica that lags may become leader; a partition here has one replica.',
  }),
} as const;

/** A broker-wide setting of minutes or hours, as the milliseconds of the topic setting. Text that is no number is left to the check of the value. */
function times(factor: bigint, text: string): string {
  return /^[+-]?\d+$/.test(text.trim()) ? String(BigInt(text.trim()) * factor) : text;
}

/** Broker-wide retention may be any negative number, topics know only -1. */
function negativeMeansForever(text: string): string {
  return text.trim().startsWith('-') ? '-1' : text;
}

/**
 * Checks what no single setting can: throws `ConfigError` when a record would have to be compacted before it may be, and for tiered storage, which
 * does not exist here.
 */
export function validateLogConfig(config: LogConfig): void {
  const lowest = config['min.compaction.lag.ms'];
  const highest = config['max.compaction.lag.ms'];
  if (lowest > highest) {
    throw new ConfigError(
      `conflict topic config setting min.compaction.lag.ms (${lowest}) > max.compaction.lag.ms (${highest})`,
    );
  }
  if (config['remote.storage.enable']) {
    throw new ConfigError(
      'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.',
    );
  }
}

/** Takes `*` or pairs of partition and broker. */
function throttledReplicas(definition: ConfigDefinition<readonly string[]>): ConfigDefinition<readonly string[]> {
  return {
    ...definition,
    parse(name, text) {
      const values = definition.parse(name, text);
      if (values.join('') === '*' || values.every((value) => /^(\d+:\d+)?$/.test(value))) return values;
      const format = '[partitionId]:[brokerId],[partitionId]:[brokerId],...';
      throw new ConfigError(
        `Invalid value [${values.join(', ')}] for configuration ${name}: ${name} must be the literal '*' or a list of replicas in the following format: ${format}`,
      );
    },
  };
}
