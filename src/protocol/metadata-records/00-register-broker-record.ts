// A broker has registered, with its endpoints, features and log directories.

import { array, boolean, int16, int32, int64, string, struct, uint16, uuid } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const registerBrokerRecord = metadataRecord({
  type: 0,
  name: 'RegisterBrokerRecord',
  versions: '0-4',
  flexibleVersions: '0+',
  fields: {
    brokerId: int32(),
    isMigratingZkBroker: boolean({ versions: '2+', default: false }),
    incarnationId: uuid(),
    brokerEpoch: int64(),
    endPoints: array(struct({ name: string(), host: string(), port: uint16(), securityProtocol: int16() })),
    features: array(struct({ name: string(), minSupportedVersion: int16(), maxSupportedVersion: int16() })),
    rack: string({ nullable: '0+' }),
    fenced: boolean({ default: true }),
    inControlledShutdown: boolean({ versions: '1+', default: false }),
    logDirs: array(uuid(), { versions: '3+', tag: 0 }),
    cordonedLogDirs: array(uuid(), { versions: '4+', nullable: '4+', default: null, tag: 1 }),
  },
});

export type RegisterBrokerRecord = MetadataRecordOf<typeof registerBrokerRecord>;
