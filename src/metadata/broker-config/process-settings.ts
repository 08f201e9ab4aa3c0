// Settings of threads, sockets, quotas, metrics and plug-ins that no module of ours reads yet.

import type { ConfigTable } from '../../config/index.ts';
import { unused } from './setting.ts';

export const processSettings: ConfigTable = {
  'alter.log.dirs.replication.quota.window.num': unused(
    'int',
    '11',
    'Samples that measure moves between log directories.',
  ),
  'alter.log.dirs.replication.quota.window.size.seconds': unused(
    'int',
    '1',
    'Seconds of each sample that measures moves between log directories.',
  ),
  'background.threads': unused('int', '10', 'Threads for work in the background.', 'cluster-wide'),
  'client.quota.callback.class': unused('class', null, 'A Java class that decides on the quotas of clients.'),
  'config.providers': unused(
    'list',
    '',
    'Names of providers that give values of settings from elsewhere.',
    'cluster-wide',
  ),
  'cordoned.log.dirs': unused('list', '', 'Log directories that get no new partitions.', 'per-broker'),
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
  'kafka.metrics.polling.interval.secs': unused('int', '10', 'Seconds between two polls of metrics reporters.'),
  'kafka.metrics.reporters': unused('list', '', 'Java classes that report the metrics of the old kind.'),
  'metric.reporters': unused(
    'list',
    'org.apache.kafka.common.metrics.JmxReporter',
    'Java classes that report metrics.',
    'cluster-wide',
  ),
  'metrics.num.samples': unused('int', '2', 'Samples of which a metric is computed.'),
  'metrics.recording.level': unused('string', 'INFO', 'How detailed the recorded metrics are.'),
  'metrics.sample.window.ms': unused('long', '30000', 'Milliseconds of each sample of a metric.'),
  'num.io.threads': unused('int', '8', 'Threads that work on requests.', 'cluster-wide'),
  'num.network.threads': unused('int', '3', 'Threads that read requests and write answers.', 'cluster-wide'),
  'producer.purgatory.purge.interval.requests': unused(
    'int',
    '1000',
    'Finished produce requests after which their remains are swept out.',
  ),
  'replication.quota.window.num': unused('int', '11', 'Samples that measure replication.'),
  'replication.quota.window.size.seconds': unused('int', '1', 'Seconds of each sample that measures replication.'),
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
