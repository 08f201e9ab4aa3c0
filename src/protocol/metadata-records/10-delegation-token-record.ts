// A delegation token was created or prolonged.

import { array, int64, string } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const delegationTokenRecord = metadataRecord({
  type: 10,
  name: 'DelegationTokenRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    owner: string(),
    requester: string(),
    renewers: array(string()),
    issueTimestamp: int64(),
    maxTimestamp: int64(),
    expirationTimestamp: int64(),
    tokenId: string(),
  },
});

export type DelegationTokenRecord = MetadataRecordOf<typeof delegationTokenRecord>;
