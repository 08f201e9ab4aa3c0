// The settings of what consumers of share groups may do with records.

import { type ConfigValues, int } from '../../config/index.ts';

export const shareConfigTable = {
  'group.share.delivery.count.limit': int({
    default: '5',
    min: 2,
    max: 10,
    doc: 'How often a record is given to consumers of a share group before it is given up.',
  }),
  'group.share.min.delivery.count.limit': int({
    default: '2',
    min: 2,
    max: 5,
    doc: 'The smallest share.delivery.count.limit that a group may have.',
  }),
  'group.share.max.delivery.count.limit': int({
    default: '10',
    min: 5,
    max: 25,
    doc: 'The largest share.delivery.count.limit that a group may have.',
  }),
  'group.share.record.lock.duration.ms': int({
    default: '30000',
    min: 1000,
    max: 3600000,
    doc: 'Milliseconds for which a consumer of a share group holds a record. Then others may have it.',
  }),
  'group.share.min.record.lock.duration.ms': int({
    default: '15000',
    min: 1000,
    max: 30000,
    doc: 'The smallest share.record.lock.duration.ms that a group may have.',
  }),
  'group.share.max.record.lock.duration.ms': int({
    default: '60000',
    min: 30000,
    max: 3600000,
    doc: 'The largest share.record.lock.duration.ms that a group may have.',
  }),
  'group.share.partition.max.record.locks': int({
    default: '2000',
    min: 100,
    max: 10000,
    doc: 'Records between the first that a share group is not done with and the last that it was given, in one partition. At the limit, consumers get no new records of the partition.',
  }),
  'group.share.min.partition.max.record.locks': int({
    default: '100',
    min: 100,
    max: 2000,
    doc: 'The smallest share.partition.max.record.locks that a group may have.',
  }),
  'group.share.max.partition.max.record.locks': int({
    default: '4000',
    min: 2000,
    max: 10000,
    doc: 'The largest share.partition.max.record.locks that a group may have.',
  }),
  'group.share.max.share.sessions': int({
    default: '2000',
    min: 1,
    doc: 'The most share sessions, one per consumer, that this broker keeps. Others are refused with SHARE_SESSION_LIMIT_REACHED.',
  }),
} as const;

export type ShareConfig = ConfigValues<typeof shareConfigTable>;
