// A broker was unfenced. Older form of BrokerRegistrationChangeRecord.

import { int32, int64 } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const unfenceBrokerRecord = metadataRecord({
  type: 8,
  name: 'UnfenceBrokerRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    id: int32(),
    epoch: int64(),
  },
});

export type UnfenceBrokerRecord = MetadataRecordOf<typeof unfenceBrokerRecord>;
