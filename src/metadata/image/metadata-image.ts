// The whole metadata of the cluster at one place in its log. Immutable: whoever holds one sees one moment; the next one shares what did not change.

import type { MetadataRecord } from '../metadata-record.ts';
import { AclsImage } from './acls-image.ts';
import { BrokersImage } from './brokers-image.ts';
import { ClientQuotasImage } from './client-quotas-image.ts';
import { ConfigsImage } from './configs-image.ts';
import { DelegationTokensImage } from './delegation-tokens-image.ts';
import { FeaturesImage } from './features-image.ts';
import { ProducerIdsImage } from './producer-ids-image.ts';
import { ScramImage } from './scram-image.ts';
import { TopicsImage } from './topics-image.ts';

export interface MetadataImage {
  /** Records of the log below it are in the image. */
  readonly endOffset: bigint;
  readonly features: FeaturesImage;
  readonly brokers: BrokersImage;
  readonly topics: TopicsImage;
  readonly configs: ConfigsImage;
  readonly clientQuotas: ClientQuotasImage;
  readonly producerIds: ProducerIdsImage;
  readonly acls: AclsImage;
  readonly scram: ScramImage;
  readonly delegationTokens: DelegationTokensImage;
}

export const EMPTY_IMAGE: MetadataImage = {
  endOffset: 0n,
  features: FeaturesImage.empty,
  brokers: BrokersImage.empty,
  topics: TopicsImage.empty,
  configs: ConfigsImage.empty,
  clientQuotas: ClientQuotasImage.empty,
  producerIds: ProducerIdsImage.empty,
  acls: AclsImage.empty,
  scram: ScramImage.empty,
  delegationTokens: DelegationTokensImage.empty,
};

/**
 * The image after a group of records. Throws, and leaves nothing half done, when a record does not fit the image. `endOffset` is given where
 * the log holds more than these records, control records for example.
 */
export function applyRecords(
  image: MetadataImage,
  records: readonly MetadataRecord[],
  endOffset: bigint = image.endOffset + BigInt(records.length),
): MetadataImage {
  if (records.length === 0) return endOffset === image.endOffset ? image : { ...image, endOffset };
  return {
    endOffset,
    features: image.features.apply(records),
    brokers: image.brokers.apply(records),
    topics: image.topics.apply(records),
    configs: image.configs.apply(records, image.topics),
    clientQuotas: image.clientQuotas.apply(records),
    producerIds: image.producerIds.apply(records),
    acls: image.acls.apply(records),
    scram: image.scram.apply(records),
    delegationTokens: image.delegationTokens.apply(records),
  };
}

/** Records that make the image of an empty one, features first, as Kafka's snapshots are ordered. */
export function* imageRecords(image: MetadataImage): Generator<MetadataRecord, void, undefined> {
  yield* image.features.records();
  yield* image.brokers.records();
  yield* image.topics.records();
  yield* image.configs.records();
  yield* image.clientQuotas.records();
  yield* image.producerIds.records();
  yield* image.acls.records();
  yield* image.scram.records();
  yield* image.delegationTokens.records();
}
