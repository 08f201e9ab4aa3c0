// A topic was deleted, with its partitions and configurations.

import { uuid } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const removeTopicRecord = metadataRecord({
  type: 9,
  name: 'RemoveTopicRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    topicId: uuid(),
  },
});

export type RemoveTopicRecord = MetadataRecordOf<typeof removeTopicRecord>;
