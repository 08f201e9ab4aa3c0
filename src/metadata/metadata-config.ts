// The broker settings that this module reads.

import { boolean, type ConfigValues, int, long, password } from '../config/index.ts';

export const metadataConfigTable = {
  'num.partitions': int({
    default: '1',
    min: 1,
    doc: 'Partitions of a new topic where neither the request nor automatic creation says how many.',
  }),
  'default.replication.factor': int({
    default: '1',
    doc: 'Replicas of each partition of a new topic where the request does not say how many.',
  }),
  'delegation.token.secret.key': password({
    default: null,
    doc: 'The secret that makes and checks delegation tokens; without it there are none.',
  }),
  'delegation.token.max.lifetime.ms': long({
    default: '604800000',
    min: 1,
    doc: 'Milliseconds after which a delegation token cannot be renewed any more.',
  }),
  'delegation.token.expiry.time.ms': long({
    default: '86400000',
    min: 1,
    doc: 'Milliseconds after which a delegation token must be renewed.',
  }),
  'delegation.token.expiry.check.interval.ms': long({
    default: '3600000',
    min: 1,
    doc: 'Milliseconds between two looks for expired delegation tokens.',
  }),
  'delete.topic.enable': boolean({
    default: 'true',
    doc: 'Whether topics may be deleted. If not, DeleteTopics is refused as a whole.',
  }),
  'metadata.log.max.record.bytes.between.snapshots': long({
    default: '20971520',
    min: 1,
    doc: 'Bytes that the metadata log may grow before a snapshot replaces it. It bounds how long a start reads metadata.',
  }),
  'metadata.log.max.snapshot.interval.ms': long({
    default: '3600000',
    min: 0,
    doc: 'Milliseconds after which a changed metadata log gets a snapshot however little it has grown; 0 leaves it to the bytes alone.',
  }),
};

export type MetadataConfig = ConfigValues<typeof metadataConfigTable>;
