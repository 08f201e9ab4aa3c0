// A configuration of a resource was set; a null value deletes it.

import { int8, string } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const configRecord = metadataRecord({
  type: 4,
  name: 'ConfigRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    resourceType: int8(),
    resourceName: string(),
    name: string(),
    value: string({ nullable: '0+' }),
  },
});

export type ConfigRecord = MetadataRecordOf<typeof configRecord>;
