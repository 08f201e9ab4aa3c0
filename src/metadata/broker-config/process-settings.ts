// Settings of threads, sockets, quotas, metrics and plug-ins that no module of ours reads yet.

import { type ConfigTable, long } from '../../config/index.ts';
import { unused } from './setting.ts';

/** What kafka-reassign-partitions sets for a while; Apache Kafka does not list them among its settings. */
const THROTTLED_RATES = ['follower.replication.throttled.rate', 'leader.replication.throttled.rate'];

export const processSettings: ConfigTable = {
  ...Object.fromEntries(THROTTLED_RATES.map((name) => [name, throttledRate()])),
  'alter.log.dirs.replication.quota.window.num': unused(
    'int',
    '11',
    'Samples that measure moves between log directories.',
    'read-only',
    { min: 1 },
  ),
  'alter.log.dirs.replication.quota.window.size.seconds': unused(
    'int',
    '1',
    'Seconds of each sample that measures moves between log directories.',
    'read-only',
    { min: 1 },
  ),
  'background.threads': unused('int', '10', 'Threads for work in the background.', 'cluster-wide', { min: 1 }),
  'client.quota.callback.class': unused('class', null, 'A Java class that decides on the quotas of clients.'),
  'config.providers': unused(
    'list',
    '',
    'Names of providers that give values of settings from elsewhere.',
    'cluster-wide',
  ),
  'delete.records.purgatory.purge.interval.requests': unused(
    'int',
    '1',
    'Finished DeleteRecords requests after which their remains are swept out.',
  ),
  'early.start.listeners': unused('list', null, 'Listeners that open before the authorizer is ready.'),
  'fetch.purgatory.purge.interval.requests': unused(
    'int',
    '1000',
    'Finished fetches after which their remains are swept out.',
  ),
  'kafka.metrics.polling.interval.secs': unused(
    'int',
    '10',
    'Seconds between two polls of metrics reporters.',
    'read-only',
    { min: 1 },
  ),
  'kafka.metrics.reporters': unused('list', '', 'Java classes that report the metrics of the old kind.'),
  'metric.reporters': unused(
    'list',
    'org.apache.kafka.common.metrics.JmxReporter',
    'Java classes that report metrics.',
    'cluster-wide',
  ),
  'metrics.num.samples': unused('int', '2', 'Samples of which a metric is computed.', 'read-only', { min: 1 }),
  'metrics.recording.level': unused('string', 'INFO', 'How detailed the recorded metrics are.'),
  'metrics.sample.window.ms': unused('long', '30000', 'Milliseconds of each sample of a metric.', 'read-only', {
    min: 1,
  }),
  'num.io.threads': unused('int', '8', 'Threads that work on requests.', 'cluster-wide', { min: 1 }),
  'num.network.threads': unused('int', '3', 'Threads that read requests and write answers.', 'cluster-wide', {
    min: 1,
  }),
  'producer.purgatory.purge.interval.requests': unused(
    'int',
    '1000',
    'Finished produce requests after which their remains are swept out.',
  ),
  'replication.quota.window.num': unused('int', '11', 'Samples that measure replication.', 'read-only', { min: 1 }),
  'replication.quota.window.size.seconds': unused(
    'int',
    '1',
    'Seconds of each sample that measures replication.',
    'read-only',
    { min: 1 },
  ),
  'request.timeout.ms': unused('int', '30000', 'Milliseconds that a broker waits for an answer of another node.'),
  'socket.connection.setup.timeout.max.ms': unused(
    'long',
    '30000',
    'The longest time in milliseconds to make a connection to another node.',
  ),
  'socket.connection.setup.timeout.ms': unused(
    'long',
    '10000',
    'Milliseconds in which a connection to another node must be made.',
  ),
  'socket.receive.buffer.bytes': unused(
    'int',
    '102400',
    "The receive buffer in bytes of client connections; -1 for the system's choice.",
  ),
  'socket.send.buffer.bytes': unused(
    'int',
    '102400',
    "The send buffer in bytes of client connections; -1 for the system's choice.",
  ),
};

function throttledRate() {
  return long({
    default: null,
    min: 0,
    updateMode: 'cluster-wide',
    meaningless: true,
    internal: true,
    doc: 'Bytes per second of moves of replicas, which take their time here without it.',
  });
}
