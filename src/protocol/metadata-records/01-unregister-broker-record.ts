// A broker was removed from the cluster.

import { int32, int64 } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const unregisterBrokerRecord = metadataRecord({
  type: 1,
  name: 'UnregisterBrokerRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    brokerId: int32(),
    brokerEpoch: int64(),
  },
});

export type UnregisterBrokerRecord = MetadataRecordOf<typeof unregisterBrokerRecord>;
