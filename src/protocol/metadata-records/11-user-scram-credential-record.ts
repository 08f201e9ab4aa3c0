// A SCRAM credential of a user was set.

import { bytes, int8, int32, string } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const userScramCredentialRecord = metadataRecord({
  type: 11,
  name: 'UserScramCredentialRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    name: string(),
    mechanism: int8(),
    salt: bytes(),
    storedKey: bytes(),
    serverKey: bytes(),
    iterations: int32(),
  },
});

export type UserScramCredentialRecord = MetadataRecordOf<typeof userScramCredentialRecord>;
