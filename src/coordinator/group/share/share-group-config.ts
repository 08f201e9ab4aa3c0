// The settings of share groups as far as membership and assignment go. What consumers may do with records is the broker's business.

import { int, list } from '../../../config/index.ts';

export const shareGroupConfigTable = {
  'group.share.session.timeout.ms': int({
    default: '45000',
    min: 1,
    doc: 'Milliseconds without a heartbeat after which a member leaves its share group.',
  }),
  'group.share.min.session.timeout.ms': int({
    default: '45000',
    min: 1,
    doc: 'The smallest share.session.timeout.ms that a group may have.',
  }),
  'group.share.max.session.timeout.ms': int({
    default: '60000',
    min: 1,
    doc: 'The largest share.session.timeout.ms that a group may have.',
  }),
  'group.share.heartbeat.interval.ms': int({
    default: '5000',
    min: 1,
    doc: 'Milliseconds between heartbeats that members of share groups are told.',
  }),
  'group.share.min.heartbeat.interval.ms': int({
    default: '5000',
    min: 1,
    doc: 'The smallest share.heartbeat.interval.ms that a group may have.',
  }),
  'group.share.max.heartbeat.interval.ms': int({
    default: '15000',
    min: 1,
    doc: 'The largest share.heartbeat.interval.ms that a group may have.',
  }),
  'group.share.assignment.interval.ms': int({
    default: '1000',
    min: 0,
    doc: "Milliseconds between two computations of a share group's assignment.",
    updateMode: 'cluster-wide',
  }),
  'group.share.min.assignment.interval.ms': int({
    default: '0',
    min: 0,
    doc: 'The smallest share.assignment.interval.ms that a group may have.',
  }),
  'group.share.max.assignment.interval.ms': int({
    default: '15000',
    min: 0,
    doc: 'The largest share.assignment.interval.ms that a group may have.',
  }),
  'group.share.max.size': int({
    default: '200',
    min: 1,
    max: 1000,
    doc: 'The most members of a share group. Others are refused with GROUP_MAX_SIZE_REACHED.',
  }),
  'group.share.assignors': list({
    default: 'simple',
    doc: 'The assignor of share groups. There is one: simple, which shares partitions out evenly and keeps what members have where it can.',
  }),
  'group.share.initialize.retry.interval.ms': int({
    default: '30000',
    min: 1,
    internal: true,
    doc: 'Milliseconds after which partitions of a share group whose state could not be begun are tried again.',
  }),
} as const;
