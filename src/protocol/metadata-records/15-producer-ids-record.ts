// A block of producer ids was given to a broker.

import { int32, int64 } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const producerIdsRecord = metadataRecord({
  type: 15,
  name: 'ProducerIdsRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    brokerId: int32(),
    brokerEpoch: int64({ default: -1n }),
    nextProducerId: int64(),
  },
});

export type ProducerIdsRecord = MetadataRecordOf<typeof producerIdsRecord>;
