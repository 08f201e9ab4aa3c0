// Nothing happened; written so that the log moves on.

import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const noOpRecord = metadataRecord({
  type: 20,
  name: 'NoOpRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {},
});

export type NoOpRecord = MetadataRecordOf<typeof noOpRecord>;
