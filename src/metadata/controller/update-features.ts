// UpdateFeatures (KIP-584, KIP-1022): raises or lowers the levels of features, all of the request or none.

import type { UpdateFeaturesRequest, updateFeatures as updateFeaturesApi } from '../../protocol/index.ts';
import { CONFIG_RESOURCE, KafkaError } from '../../protocol/index.ts';
import type { ConfigSchema } from '../configs/config-schema.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import { type Answer, type Decision, NO_ERROR } from './decision.ts';
import { KRAFT_VERSION, SUPPORTED_FEATURES } from './features.ts';

export interface UpdateFeaturesContext {
  readonly nodeId: number;
  readonly schema: ConfigSchema;
  readonly apiVersion: number;
}

const UPGRADE = 1;
const SAFE_DOWNGRADE = 2;
const UNSAFE_DOWNGRADE = 3;
const METADATA_VERSION = 'metadata.version';
const KRAFT_VERSION_NAME = 'kraft.version';
const ELR_VERSION = 'eligible.leader.replicas.version';
const MIN_IN_SYNC_REPLICAS = 'min.insync.replicas';
/** Up to here a request says no more than that a downgrade is allowed. */
const LAST_VERSION_WITHOUT_TYPE = 0;
/** Up to here a response tells of each feature. */
const LAST_VERSION_WITH_RESULTS = 1;
/** Levels of metadata.version that came with new kinds or fields of records: what is below them cannot read those. */
const RECORD_CHANGING_LEVELS = [7, 8, 11, 13, 14, 15, 17, 23, 30];

export function updateFeatures(
  image: MetadataImage,
  request: Pick<UpdateFeaturesRequest, 'featureUpdates' | 'validateOnly'>,
  { nodeId, schema, apiVersion }: UpdateFeaturesContext,
): Decision<Answer<typeof updateFeaturesApi>> {
  const records: MetadataRecord[] = [];
  for (const { feature, maxVersionLevel: level, allowDowngrade, upgradeType } of request.featureUpdates) {
    const legacyType = allowDowngrade ? SAFE_DOWNGRADE : UPGRADE;
    const type = apiVersion <= LAST_VERSION_WITHOUT_TYPE ? legacyType : upgradeType;
    checkUpdate(image, nodeId, feature, level, type);
    if (feature === KRAFT_VERSION_NAME) continue;
    if (feature === ELR_VERSION && level > 0) records.push(...minimumRecords(image, schema, nodeId));
    records.push({ type: 'FeatureLevelRecord', value: { name: feature, featureLevel: level } });
  }
  const hasResults = apiVersion <= LAST_VERSION_WITH_RESULTS;
  const results = hasResults ? request.featureUpdates.map(({ feature }) => ({ feature, ...NO_ERROR })) : [];
  return { records: request.validateOnly ? [] : records, response: { ...NO_ERROR, results } };
}

function checkUpdate(image: MetadataImage, nodeId: number, feature: string, level: number, type: number): void {
  if (type < UPGRADE || type > UNSAFE_DOWNGRADE) {
    throw refused(feature, level, 'The controller does not support the given upgrade type.');
  }
  if (level < 0) throw refused(feature, level, 'A feature version cannot be less than 0.');
  const { min, max } = (Object.hasOwn(SUPPORTED_FEATURES, feature) && SUPPORTED_FEATURES[feature]) || {
    min: 0,
    max: 0,
  };
  if (level < min || level > max) {
    const range = max === 0 ? 'does not support this feature.' : `only supports versions ${min}-${max}`;
    throw refused(feature, level, `Local controller ${nodeId} ${range}`);
  }
  const current = feature === KRAFT_VERSION_NAME ? KRAFT_VERSION : (image.features.levels.get(feature) ?? 0);
  if (level < current && type === UPGRADE) {
    throw refused(
      feature,
      level,
      "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.",
    );
  }
  if (level > current && type !== UPGRADE) throw refused(feature, level, "Can't downgrade to a newer version.");
  if (feature === KRAFT_VERSION_NAME && level < current) {
    throw refused(feature, level, "Can't downgrade the version of this feature.");
  }
  if (feature === METADATA_VERSION) checkMetadataVersion(current, level, type === UNSAFE_DOWNGRADE);
}

/** What has been written must stay readable. */
function checkMetadataVersion(current: number, level: number, isUnsafe: boolean): void {
  if (!RECORD_CHANGING_LEVELS.some((changing) => changing > level && changing <= current)) return;
  const reason = isUnsafe
    ? 'Unsafe metadata downgrade is not supported in this version.'
    : 'Refusing to perform the requested downgrade because it might delete metadata information.';
  throw failure(`Unsupported metadata.version downgrade from ${current} to ${level}. ${reason}`);
}

/** With eligible leader replicas the minimum of replicas in sync is the cluster's: it must be set there, and nowhere for one broker. */
function minimumRecords(image: MetadataImage, schema: ConfigSchema, nodeId: number): MetadataRecord[] {
  const name = MIN_IN_SYNC_REPLICAS;
  const record = (resourceName: string, value: string | null): MetadataRecord => ({
    type: 'ConfigRecord',
    value: { resourceType: CONFIG_RESOURCE.broker, resourceName, name, value },
  });
  const own = image.configs.of({ type: CONFIG_RESOURCE.broker, name: String(nodeId) })[name];
  const ofCluster = image.configs.of({ type: CONFIG_RESOURCE.broker, name: '' })[name];
  const records: MetadataRecord[] = [];
  if (ofCluster === undefined) {
    records.push(record('', own ?? schema.staticTexts[name] ?? schema.broker[name]?.default ?? '1'));
  }
  for (const id of image.brokers.byId.keys()) {
    const texts = image.configs.of({ type: CONFIG_RESOURCE.broker, name: String(id) });
    if (Object.hasOwn(texts, name)) records.push(record(String(id), null));
  }
  return records;
}

function refused(feature: string, level: number, reason: string): KafkaError {
  return failure(`Invalid update version ${level} for feature ${feature}. ${reason}`);
}

function failure(message: string): KafkaError {
  return new KafkaError(
    'INVALID_UPDATE_VERSION',
    `The update failed for all features since the following feature had an error: ${message}`,
  );
}
