// A transaction of metadata records begins: those that follow count only with its end.

import { string } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const beginTransactionRecord = metadataRecord({
  type: 23,
  name: 'BeginTransactionRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    name: string({ nullable: '0+', default: null, tag: 0 }),
  },
});

export type BeginTransactionRecord = MetadataRecordOf<typeof beginTransactionRecord>;
