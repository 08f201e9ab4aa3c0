// A broker was fenced: it may not lead. Older form of BrokerRegistrationChangeRecord.

import { int32, int64 } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const fenceBrokerRecord = metadataRecord({
  type: 7,
  name: 'FenceBrokerRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    id: int32(),
    epoch: int64(),
  },
});

export type FenceBrokerRecord = MetadataRecordOf<typeof fenceBrokerRecord>;
