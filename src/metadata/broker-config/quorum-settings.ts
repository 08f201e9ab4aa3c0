// Settings of the controller quorum, of replication between brokers, and of a broker's place among others: a node here is its own controller and the only replica.

import type { ConfigTable } from '../../config/index.ts';
import { unused } from './setting.ts';

export const quorumSettings: ConfigTable = {
  'alter.config.policy.class.name': unused('class', null, 'A Java class that may refuse changes of settings.'),
  'auto.leader.rebalance.enable': unused(
    'boolean',
    'true',
    'Whether leadership goes back to preferred replicas by itself.',
  ),
  'broker.heartbeat.interval.ms': unused(
    'int',
    '2000',
    "Milliseconds between a broker's heartbeats to the controller.",
  ),
  'broker.id': unused('int', '-1', 'The old name of node.id.'),
  'broker.session.timeout.ms': unused(
    'int',
    '9000',
    'Milliseconds without a heartbeat after which the controller fences a broker.',
  ),
  'controlled.shutdown.enable': unused(
    'boolean',
    'true',
    'Whether a stopping broker hands its leadership to other replicas first.',
  ),
  'controller.quorum.append.linger.ms': unused(
    'int',
    '25',
    "Milliseconds that the quorum's leader waits to write more metadata records together.",
  ),
  'controller.quorum.auto.join.enable': unused(
    'boolean',
    'false',
    'Whether a controller that is no voter makes itself one.',
  ),
  'controller.quorum.bootstrap.servers': unused('list', '', 'Controllers from which a node learns of the quorum.'),
  'controller.quorum.election.backoff.max.ms': unused(
    'int',
    '1000',
    'The longest pause in milliseconds between two elections in the quorum.',
  ),
  'controller.quorum.election.timeout.ms': unused(
    'int',
    '1000',
    'Milliseconds in which a candidate of the quorum must be elected.',
  ),
  'controller.quorum.fetch.max.bytes': unused(
    'int',
    '1048576',
    'The most bytes of metadata that a follower of the quorum fetches at once.',
  ),
  'controller.quorum.fetch.snapshot.max.bytes': unused(
    'int',
    '1048576',
    'The most bytes of a metadata snapshot that a follower fetches at once.',
  ),
  'controller.quorum.fetch.timeout.ms': unused(
    'int',
    '2000',
    'Milliseconds without a fetch after which a member of the quorum looks for another leader.',
  ),
  'controller.quorum.request.timeout.ms': unused(
    'int',
    '2000',
    'Milliseconds that a member of the quorum waits for an answer of another.',
  ),
  'controller.quorum.retry.backoff.ms': unused(
    'int',
    '20',
    'Milliseconds before a member of the quorum asks another one again.',
  ),
  'controller.quorum.voters': unused('list', '', 'The voters of the quorum as id@host:port.'),
  'controller.socket.timeout.ms': unused(
    'int',
    '30000',
    'Milliseconds after which an idle connection to the controller fails.',
  ),
  'create.topic.policy.class.name': unused('class', null, 'A Java class that may refuse new topics.'),
  'follower.fetch.last.tiered.offset.enable': unused(
    'boolean',
    'false',
    'Whether a new replica begins behind what is in remote storage.',
    'cluster-wide',
  ),
  'initial.broker.registration.timeout.ms': unused(
    'int',
    '60000',
    'Milliseconds in which a starting broker must reach the controller.',
  ),
  'leader.imbalance.check.interval.seconds': unused(
    'long',
    '300',
    'Seconds between two looks for partitions whose preferred replica does not lead.',
  ),
  'log.dir.failure.timeout.ms': unused(
    'long',
    '30000',
    'Milliseconds after which a broker stops that cannot tell the controller of a failed log directory.',
  ),
  'metadata.log.dir': unused('string', null, 'The directory of the metadata log; the first of log.dirs without it.'),
  'metadata.log.segment.bytes': unused(
    'int',
    '1073741824',
    'The most bytes of a segment of the metadata log. Here a segment ends when a snapshot is written.',
  ),
  'metadata.log.segment.ms': unused(
    'long',
    '604800000',
    'The most milliseconds that a segment of the metadata log takes appends. Here it ends when a snapshot is written.',
  ),
  'metadata.max.idle.interval.ms': unused(
    'int',
    '500',
    'Milliseconds after which an idle controller writes an empty record.',
  ),
  'metadata.max.retention.bytes': unused(
    'long',
    '104857600',
    'Bytes of metadata log and snapshots that are kept. Here the newest snapshot and the log behind it are.',
  ),
  'metadata.max.retention.ms': unused(
    'long',
    '604800000',
    'Milliseconds for which replaced metadata log and snapshots are kept. Here they go at once.',
  ),
  'num.replica.alter.log.dirs.threads': unused('int', null, 'Threads that move replicas between log directories.'),
  'num.replica.fetchers': unused('int', '1', 'Threads that copy from each other broker.', 'cluster-wide'),
  'process.roles': unused(
    'list',
    null,
    'Whether the process is a broker, a controller or both. Here it is always both.',
  ),
  'replica.fetch.backoff.ms': unused(
    'int',
    '1000',
    'Milliseconds before a follower fetches a partition again that had an error.',
  ),
  'replica.fetch.max.bytes': unused('int', '1048576', 'Bytes that a follower fetches of each partition.'),
  'replica.fetch.min.bytes': unused('int', '1', 'Bytes that a leader waits for before it answers a follower.'),
  'replica.fetch.response.max.bytes': unused('int', '10485760', "The most bytes of a leader's answer to a follower."),
  'replica.fetch.wait.max.ms': unused(
    'int',
    '500',
    'The most milliseconds that a leader lets a follower wait for data.',
  ),
  'replica.high.watermark.checkpoint.interval.ms': unused(
    'long',
    '5000',
    'Milliseconds between two writes of the high watermarks to the disk.',
  ),
  'replica.lag.time.max.ms': unused(
    'long',
    '30000',
    'Milliseconds after which a follower that does not catch up is out of sync.',
  ),
  'replica.selector.class': unused('string', null, 'A Java class that chooses the replica that a consumer reads from.'),
  'replica.socket.receive.buffer.bytes': unused(
    'int',
    '65536',
    "The receive buffer in bytes of a follower's connections.",
  ),
  'replica.socket.timeout.ms': unused('int', '30000', 'Milliseconds that a follower waits for an answer.'),
  'security.inter.broker.protocol': unused('string', 'PLAINTEXT', 'The security protocol between brokers.'),
};
