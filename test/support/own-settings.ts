// Settings that Millrace has and Apache Kafka does not.

/** What Apache Kafka has and keeps to itself is among them. */
export const OWN_SETTINGS: readonly string[] = [
  'allow.public.listeners.without.authentication',
  'connection.authentication.timeout.ms',
  'follower.replication.throttled.rate',
  'group.consumer.regex.refresh.interval.ms',
  'group.share.initialize.retry.interval.ms',
  'leader.replication.throttled.rate',
  'log.flush.on.acks.all',
  'log.initial.task.delay.ms',
  'log.journal.max.bytes',
  'log.journal.min.partitions',
  'log.max.open.files',
  'log.tail.cache.bytes',
  'log.unwritten.max.bytes',
  'metrics.listener',
  'metrics.otlp.endpoint',
  'metrics.otlp.interval.ms',
  'producer.id.expiration.check.interval.ms',
  'replica.alter.log.dirs.io.max.bytes.per.second',
  'share.coordinator.cold.partition.snapshot.interval.ms',
  'share.coordinator.state.topic.prune.interval.ms',
  'socket.request.receive.timeout.ms',
  'transaction.max.transactional.ids',
];
