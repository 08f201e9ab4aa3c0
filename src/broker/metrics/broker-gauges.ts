// The state of the broker as it is when somebody looks: partitions, topics, connections, the sizes of logs.

import type { HostedPartition, Partition } from '../../storage/index.ts';
import type { Metrics, Sample } from '../../telemetry/index.ts';
import type { BrokerServices } from '../services.ts';

/** Kafka's BrokerState.RUNNING. */
const RUNNING = 3;
/** Partitions whose logs are told one by one. */
const MAX_PARTITIONS = 10_000;
/** Whose groups are counted by state too, as in Kafka. */
const GROUP_TYPES = ['consumer', 'share', 'streams'];

export function declareBrokerGauges(metrics: Metrics, services: BrokerServices): void {
  const { metadata, fetchSessions, listeners, shareSessions } = services;
  const partitionCount = () => metadata.image.topics.partitionCount;
  const leaderCount = () => Array.from(ledPartitions(services)).length;
  const offlineCount = () => partitionCount() - leaderCount();
  const single = (name: string, help: string, read: () => number) =>
    metrics.gauge({ name: `kafka_${name}`, help }, () => [{ labels: {}, value: read() }]);
  const ofLogs = (name: string, help: string, read: (partition: Partition) => number) =>
    metrics.gauge({ name: `kafka_log_log_${name}`, help, labels: ['topic', 'partition'] }, () =>
      logSamples(services, read),
    );

  single('server_kafkaserver_brokerstate', 'State of the broker; 3 is running.', () => RUNNING);
  single('server_replicamanager_partitioncount', 'Partitions of this broker.', partitionCount);
  single('server_replicamanager_leadercount', 'Partitions that this broker leads.', leaderCount);
  single('server_replicamanager_offlinereplicacount', 'Partitions whose log cannot be used.', offlineCount);
  // One process is its own controller.
  single('controller_kafkacontroller_activecontrollercount', 'Whether this node is the controller.', () => 1);
  single('controller_kafkacontroller_globaltopiccount', 'Topics.', () => metadata.image.topics.byName.size);
  single('controller_kafkacontroller_globalpartitioncount', 'Partitions.', partitionCount);
  single('controller_kafkacontroller_offlinepartitionscount', 'Partitions without a leader.', offlineCount);
  single(
    'server_fetchsessioncache_numincrementalfetchsessions',
    'Incremental fetch sessions that are kept.',
    () => fetchSessions.count,
  );
  single(
    'server_sharesessioncache_sharesessionscount',
    'Sessions of members of share groups.',
    () => shareSessions.count,
  );
  single(
    'server_sharesessioncache_sharepartitionscount',
    'Partitions in all of them.',
    () => shareSessions.partitionCount,
  );
  metrics.gauge(
    { name: 'kafka_server_socketservermetrics_connection_count', help: 'Open connections.', labels: ['listener'] },
    () => Array.from(listeners.connectionCounts(), ([listener, value]) => ({ labels: { listener }, value })),
  );
  metrics.gauge(
    {
      name: 'kafka_server_group_coordinator_metrics_group_count',
      help: 'Groups of each protocol.',
      labels: ['protocol'],
    },
    () => groupCounts(services),
  );
  for (const type of GROUP_TYPES) {
    metrics.gauge(
      {
        name: `kafka_server_group_coordinator_metrics_${type}_group_count`,
        help: `Groups of the ${type} protocol in each state.`,
        labels: ['state'],
      },
      () => groupStateCounts(services, type),
    );
  }
  metrics.gauge(
    {
      name: 'millrace_request_memory_bytes',
      help: 'Bytes of requests and answers in flight; queued.max.request.bytes bounds them.',
    },
    () => [{ labels: {}, value: services.requestBudget.usedBytes }],
  );
  ofLogs('size', 'Bytes of a log on the disk.', ({ sizeInBytes }) => sizeInBytes);
  ofLogs('logstartoffset', 'The first offset of a log.', ({ logStartOffset }) => Number(logStartOffset));
  ofLogs('logendoffset', 'The next offset of a log.', ({ logEndOffset }) => Number(logEndOffset));
}

/** A protocol without groups has none, which is worth knowing too. */
function groupCounts({ groups }: BrokerServices): Sample<'protocol'>[] {
  const counts = groups.countGroups();
  return ['classic', ...GROUP_TYPES].map((protocol) => ({
    labels: { protocol },
    value: counts.filter(({ type }) => type === protocol).reduce((sum, { count }) => sum + count, 0),
  }));
}

function groupStateCounts({ groups }: BrokerServices, wanted: string): Sample<'state'>[] {
  return groups
    .countGroups()
    .filter(({ type }) => type === wanted)
    .map(({ state, count }) => ({ labels: { state: state.toLowerCase() }, value: count }));
}

function* ledPartitions({ metadata, storage }: BrokerServices): Iterable<HostedPartition> {
  for (const { name, partitions } of metadata.image.topics.byName.values()) {
    for (const index of partitions.keys()) {
      const partition = storage.partition(name, index);
      if (partition !== undefined && partition.error === undefined) yield partition;
    }
  }
}

/** Of the logs that are loaded: being looked at is no reason to load one. */
function* logSamples(
  services: BrokerServices,
  read: (partition: Partition) => number,
): Iterable<Sample<'topic' | 'partition'>> {
  let count = 0;
  for (const { topic, index, loaded } of ledPartitions(services)) {
    if (loaded === undefined) continue;
    if (++count > MAX_PARTITIONS) return;
    yield { labels: { topic, partition: String(index) }, value: read(loaded) };
  }
}
