// Where the migration from ZooKeeper stands.

import { int8 } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const zkMigrationStateRecord = metadataRecord({
  type: 21,
  name: 'ZkMigrationStateRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    zkMigrationState: int8(),
  },
});

export type ZkMigrationStateRecord = MetadataRecordOf<typeof zkMigrationStateRecord>;
