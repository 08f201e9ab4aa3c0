// A SCRAM credential of a user was deleted.

import { int8, string } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const removeUserScramCredentialRecord = metadataRecord({
  type: 22,
  name: 'RemoveUserScramCredentialRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    name: string(),
    mechanism: int8(),
  },
});

export type RemoveUserScramCredentialRecord = MetadataRecordOf<typeof removeUserScramCredentialRecord>;
