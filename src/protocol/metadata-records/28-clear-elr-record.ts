// The eligible leader replicas of a topic, or of all, were cleared.

import { string } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const clearElrRecord = metadataRecord({
  type: 28,
  name: 'ClearElrRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    topicName: string(),
  },
});

export type ClearElrRecord = MetadataRecordOf<typeof clearElrRecord>;
