// A transaction of metadata records ends, and counts.

import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const endTransactionRecord = metadataRecord({
  type: 24,
  name: 'EndTransactionRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {},
});

export type EndTransactionRecord = MetadataRecordOf<typeof endTransactionRecord>;
