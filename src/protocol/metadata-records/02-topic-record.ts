// A topic was created.

import { string, uuid } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const topicRecord = metadataRecord({
  type: 2,
  name: 'TopicRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    name: string(),
    topicId: uuid(),
  },
});

export type TopicRecord = MetadataRecordOf<typeof topicRecord>;
