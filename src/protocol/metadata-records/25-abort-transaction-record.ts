// A transaction of metadata records was aborted, and does not count.

import { string } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const abortTransactionRecord = metadataRecord({
  type: 25,
  name: 'AbortTransactionRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    reason: string({ nullable: '0+', default: null, tag: 0 }),
  },
});

export type AbortTransactionRecord = MetadataRecordOf<typeof abortTransactionRecord>;
