// A quota of a user, client or address was set or removed.

import { array, boolean, float64, string, struct } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const clientQuotaRecord = metadataRecord({
  type: 14,
  name: 'ClientQuotaRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    entity: array(struct({ entityType: string(), entityName: string({ nullable: '0+' }) })),
    key: string(),
    value: float64(),
    remove: boolean(),
  },
});

export type ClientQuotaRecord = MetadataRecordOf<typeof clientQuotaRecord>;
