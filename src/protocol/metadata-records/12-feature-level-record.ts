// A feature was finalized at a level; 0 takes it away.

import { int16, string } from '../schema/field.ts';
import { type MetadataRecordOf, metadataRecord } from './metadata-record.ts';

export const featureLevelRecord = metadataRecord({
  type: 12,
  name: 'FeatureLevelRecord',
  versions: '0',
  flexibleVersions: '0+',
  fields: {
    name: string(),
    featureLevel: int16(),
  },
});

export type FeatureLevelRecord = MetadataRecordOf<typeof featureLevelRecord>;
