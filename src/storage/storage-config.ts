// The broker-wide settings of storage: where logs are, when they are synced, checked and forgotten.

import { boolean, ConfigError, type ConfigValues, double, int, list, long, readConfig } from '../config/index.ts';

/** The values of `storageConfigTable`, by Kafka's names. */
export type StorageConfig = ConfigValues<typeof storageConfigTable>;

const NO_LIMIT = '9223372036854775807';

export const storageConfigTable = {
  'log.dirs': list({
    default: null,
    doc: 'Directories that hold the data. A new partition goes to the one that holds the fewest. Without it, log.dir counts.',
  }),
  'log.dir': list({
    default: '/tmp/kafka-logs',
    doc: 'The directories that hold the data where log.dirs does not name them.',
  }),
  'cordoned.log.dirs': list({
    default: '',
    updateMode: 'per-broker',
    doc: 'Of the log directories, those that get no partitions any more; * for all of them. What is in them stays.',
  }),
  'log.flush.on.acks.all': boolean({
    default: 'true',
    doc: 'Whether a write with acks=all is answered only when it is on stable storage. False answers once the system has it, as Apache Kafka does.',
  }),
  'log.flush.scheduler.interval.ms': long({
    default: NO_LIMIT,
    min: 1,
    doc: 'Milliseconds between two looks for logs whose flush.ms is over.',
  }),
  'log.flush.offset.checkpoint.interval.ms': int({
    default: '60000',
    min: 0,
    doc: 'Milliseconds between two writes of the recovery points, from which logs are read again after a crash.',
  }),
  'log.flush.start.offset.checkpoint.interval.ms': int({
    default: '60000',
    min: 0,
    doc: 'Milliseconds between two writes of the log start offsets.',
  }),
  'log.retention.check.interval.ms': long({
    default: '300000',
    min: 1,
    doc: 'Milliseconds between two looks for segments that are due for deletion.',
  }),
  'log.initial.task.delay.ms': long({
    internal: true,
    default: '30000',
    min: 0,
    doc: 'Milliseconds after the start before the periodic work on logs begins.',
  }),
  'num.recovery.threads.per.data.dir': int({
    default: '2',
    min: 1,
    updateMode: 'cluster-wide',
    doc: 'How much work a log directory is given at once when logs are opened, recovered and closed.',
  }),
  'producer.id.expiration.ms': int({
    default: '86400000',
    min: 1,
    updateMode: 'cluster-wide',
    doc: 'Milliseconds after which a partition forgets an idempotent producer that wrote nothing and has no transaction open.',
  }),
  'producer.id.expiration.check.interval.ms': int({
    internal: true,
    default: '600000',
    min: 1,
    doc: 'Milliseconds between two looks for producers to forget.',
  }),
  'log.max.open.files': int({
    default: null,
    min: 16,
    doc: 'File handles that logs keep open while nobody uses them; the least recently used are closed first. Half of those that the process may have, at most 2000, unless it is set. Not known to Apache Kafka.',
  }),
  'log.unwritten.max.bytes': long({
    default: '67108864',
    min: 0,
    doc: 'Bytes of one log directory that may wait to be written before writes with acks=0 are slowed down. Not known to Apache Kafka.',
  }),
  'log.journal.max.bytes': long({
    default: '268435456',
    min: 0,
    doc: 'Bytes of the journal of one log directory, which makes writes to many partitions last with one sync. 0 syncs each segment instead. Not known to Apache Kafka.',
  }),
  'log.journal.min.partitions': int({
    default: '3',
    min: 1,
    doc: 'Partitions of one log directory that have to wait for a sync at the same time for the journal to be used; fewer are synced themselves. Not known to Apache Kafka.',
  }),
  'log.cleaner.enable': boolean({
    default: 'true',
    doc: 'Whether logs with cleanup.policy=compact are compacted. Without it they grow for ever.',
  }),
  'log.cleaner.threads': int({
    default: '1',
    min: 0,
    updateMode: 'cluster-wide',
    meaningless: true,
    doc: 'Threads that compact in Apache Kafka; here one log is compacted at a time, beside everything else.',
  }),
  'log.cleaner.io.max.bytes.per.second': double({
    default: '1.7976931348623157E308',
    min: 1,
    updateMode: 'cluster-wide',
    doc: 'Bytes per second that compaction may read and write together. It also holds back by itself while others wait for the thread.',
  }),
  'log.cleaner.dedupe.buffer.size': long({
    default: '134217728',
    min: 1024,
    updateMode: 'cluster-wide',
    doc: 'Bytes of memory at most for the keys of the log that is being compacted, 24 for each; what does not fit is left to a further round.',
  }),
  'log.cleaner.io.buffer.size': int({
    default: '524288',
    min: 0,
    updateMode: 'cluster-wide',
    doc: 'Bytes of memory for the reads and writes of compaction. No more than 128 KiB are worked on before others get their turn.',
  }),
  'log.cleaner.io.buffer.load.factor': double({
    default: '0.9',
    min: 0.01,
    max: 0.99,
    updateMode: 'cluster-wide',
    doc: 'How full the memory for the keys may get: the fuller, the more keys a round takes and the longer each takes.',
  }),
  'log.cleaner.backoff.ms': long({
    default: '15000',
    min: 0,
    updateMode: 'cluster-wide',
    doc: 'Milliseconds until the next look for logs to compact when there was none.',
  }),
  'num.replica.alter.log.dirs.threads': int({
    default: null,
    doc: 'Partitions that are moved between log directories at a time; as many as there are directories unless it is set.',
  }),
  'replica.alter.log.dirs.io.max.bytes.per.second': long({
    default: null,
    min: 0,
    updateMode: 'cluster-wide',
    internal: true,
    doc: 'Bytes per second at which all moves of partitions between log directories together may go on; 0 halts them. No limit unless it is set.',
  }),
  'log.tail.cache.bytes': long({
    default: '67108864',
    min: 0,
    doc: 'Bytes of memory for the newest batches of all partitions, from which readers at the tail are served. Not known to Apache Kafka.',
  }),
} as const;

/** The directories that hold data, as absolute or relative as they were given, each once. */
export function logDirectoriesOf(config: StorageConfig): string[] {
  return [...new Set(config['log.dirs'] ?? config['log.dir'])];
}

const ALL = '*';

/** The directories that get no partitions any more, as `log.dirs` names them (KIP-1066). */
export function cordonedDirectoriesOf(config: StorageConfig): readonly string[] {
  const cordoned = config['cordoned.log.dirs'];
  return cordoned.includes(ALL) ? logDirectoriesOf(config) : cordoned;
}

/** Rules that concern several settings of storage. Throws `ConfigError`. */
export function validateStorageConfig(texts: Readonly<Record<string, string>>): void {
  const config = readConfig(storageConfigTable, texts);
  const cordoned = config['cordoned.log.dirs'];
  if (cordoned.includes(ALL)) {
    if (cordoned.length === 1) return;
    throw new ConfigError('requirement failed: When cordoned.log.dirs is set to *, it must not contain other values');
  }
  const known = logDirectoriesOf(config);
  const unknown = cordoned.filter((path) => !known.includes(path));
  if (unknown.length === 0) return;
  const missing = unknown.join(', ');
  throw new ConfigError(
    `requirement failed: All entries in cordoned.log.dirs must be present in log.dirs or log.dir. Missing entries : ${missing}`,
  );
}
