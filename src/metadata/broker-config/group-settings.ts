// Settings of consumer, share and streams groups and of their coordinator that no module of ours reads yet.

import type { ConfigTable } from '../../config/index.ts';
import { unused } from './setting.ts';

export const groupSettings: ConfigTable = {
  'group.coordinator.append.linger.ms': unused(
    'int',
    '-1',
    'Milliseconds that the group coordinator collects records before it writes them; -1 adapts to the load.',
  ),
  'group.coordinator.background.threads': unused('int', '2', 'Threads for slow work of the group coordinator.'),
  'group.coordinator.cached.buffer.max.bytes': unused(
    'int',
    '1048588',
    'Bytes of the largest write buffer that the group coordinator keeps for later.',
    'cluster-wide',
  ),
  'group.coordinator.rebalance.protocols': unused(
    'list',
    'classic,consumer,streams',
    'Group protocols that are offered.',
  ),
  'group.coordinator.threads': unused('int', '4', 'Threads of the group coordinator.'),
  'group.share.assignment.interval.ms': unused(
    'int',
    '1000',
    "Milliseconds between two computations of a share group's assignment.",
    'cluster-wide',
  ),
  'group.share.assignors': unused('list', 'simple', 'Assignors that share groups may use.'),
  'group.share.delivery.count.limit': unused(
    'int',
    '5',
    'How often a record is given to consumers of a share group before it is given up.',
  ),
  'group.share.heartbeat.interval.ms': unused(
    'int',
    '5000',
    'Milliseconds between heartbeats that members of share groups are told.',
  ),
  'group.share.max.assignment.interval.ms': unused(
    'int',
    '15000',
    'The largest share.assignment.interval.ms that a group may have.',
  ),
  'group.share.max.delivery.count.limit': unused(
    'int',
    '10',
    'The largest share.delivery.count.limit that a group may have.',
  ),
  'group.share.max.heartbeat.interval.ms': unused(
    'int',
    '15000',
    'The largest share.heartbeat.interval.ms that a group may have.',
  ),
  'group.share.max.partition.max.record.locks': unused(
    'int',
    '4000',
    'The largest share.partition.max.record.locks that a group may have.',
  ),
  'group.share.max.record.lock.duration.ms': unused(
    'int',
    '60000',
    'The largest share.record.lock.duration.ms that a group may have.',
  ),
  'group.share.max.session.timeout.ms': unused(
    'int',
    '60000',
    'The largest share.session.timeout.ms that a group may have.',
  ),
  'group.share.max.share.sessions': unused('int', '2000', 'The most share sessions of a broker.'),
  'group.share.max.size': unused('int', '200', 'The most members of a share group.'),
  'group.share.min.assignment.interval.ms': unused(
    'int',
    '0',
    'The smallest share.assignment.interval.ms that a group may have.',
  ),
  'group.share.min.delivery.count.limit': unused(
    'int',
    '2',
    'The smallest share.delivery.count.limit that a group may have.',
  ),
  'group.share.min.heartbeat.interval.ms': unused(
    'int',
    '5000',
    'The smallest share.heartbeat.interval.ms that a group may have.',
  ),
  'group.share.min.partition.max.record.locks': unused(
    'int',
    '100',
    'The smallest share.partition.max.record.locks that a group may have.',
  ),
  'group.share.min.record.lock.duration.ms': unused(
    'int',
    '15000',
    'The smallest share.record.lock.duration.ms that a group may have.',
  ),
  'group.share.min.session.timeout.ms': unused(
    'int',
    '45000',
    'The smallest share.session.timeout.ms that a group may have.',
  ),
  'group.share.partition.max.record.locks': unused(
    'int',
    '2000',
    'The most records of a partition that consumers of a share group hold at once.',
  ),
  'group.share.record.lock.duration.ms': unused(
    'int',
    '30000',
    'Milliseconds for which a consumer of a share group holds a record.',
  ),
  'group.share.session.timeout.ms': unused(
    'int',
    '45000',
    'Milliseconds without a heartbeat after which a member leaves its share group.',
  ),
};
