// A broker's registration has changed: fenced, shutting down, log directories.

import { array, int8, int32, int64, uuid } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const brokerRegistrationChangeRecord = metadataRecord({
  type: 17,
  name: 'BrokerRegistrationChangeRecord',
  versions: '0-3',
  flexibleVersions: '0+',
  fields: {
    brokerId: int32(),
    brokerEpoch: int64(),
    fenced: int8({ tag: 0 }),
    inControlledShutdown: int8({ versions: '1+', tag: 1 }),
    logDirs: array(uuid(), { versions: '2+', tag: 2 }),
    cordonedLogDirs: array(uuid(), { versions: '3+', nullable: '3+', default: null, tag: 3 }),
  },
});

export type BrokerRegistrationChangeRecord = MetadataRecordOf<typeof brokerRegistrationChangeRecord>;
