// An access rule was deleted.

import { uuid } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const removeAccessControlEntryRecord = metadataRecord({
  type: 19,
  name: 'RemoveAccessControlEntryRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    id: uuid(),
  },
});

export type RemoveAccessControlEntryRecord = MetadataRecordOf<typeof removeAccessControlEntryRecord>;
