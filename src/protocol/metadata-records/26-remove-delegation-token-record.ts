// A delegation token was deleted.

import { string } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const removeDelegationTokenRecord = metadataRecord({
  type: 26,
  name: 'RemoveDelegationTokenRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    tokenId: string(),
  },
});

export type RemoveDelegationTokenRecord = MetadataRecordOf<typeof removeDelegationTokenRecord>;
