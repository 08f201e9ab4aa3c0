// An access rule was created.

import { int8, string, uuid } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const accessControlEntryRecord = metadataRecord({
  type: 18,
  name: 'AccessControlEntryRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    id: uuid(),
    resourceType: int8(),
    resourceName: string(),
    patternType: int8(),
    principal: string(),
    host: string(),
    operation: int8(),
    permissionType: int8(),
  },
});

export type AccessControlEntryRecord = MetadataRecordOf<typeof accessControlEntryRecord>;
