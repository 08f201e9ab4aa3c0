// What the log of a new cluster begins with.

import { CONFIG_RESOURCE } from '../../protocol/index.ts';
import type { ConfigSchema } from '../configs/config-schema.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import { INITIAL_FEATURES } from './features.ts';

/** Nothing for a cluster that has begun. */
export function bootstrapRecords(image: MetadataImage, schema: ConfigSchema): MetadataRecord[] {
  if (image.features.levels.size > 0) return [];
  // With eligible leader replicas the minimum of replicas in sync is the cluster's, not each broker's.
  const name = 'min.insync.replicas';
  const value = schema.staticTexts[name] ?? schema.broker[name]?.default ?? '1';
  return [
    ...Object.entries(INITIAL_FEATURES).map(
      ([feature, featureLevel]): MetadataRecord => ({
        type: 'FeatureLevelRecord',
        value: { name: feature, featureLevel },
      }),
    ),
    { type: 'ConfigRecord', value: { resourceType: CONFIG_RESOURCE.broker, resourceName: '', name, value } },
  ];
}
