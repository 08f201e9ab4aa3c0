// AlterClientQuotas (KIP-546): sets and removes quotas, each entity on its own.

import type { AlterClientQuotasRequest, alterClientQuotas as alterApi, Item } from '../../protocol/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import { isAddress } from '../quotas/is-address.ts';
import { ENTITY_TYPE, type EntityParts, entityKey } from '../quotas/quota-entity.ts';
import { type Answer, apiError, type Decision, duplicatesOf, NO_ERROR } from './decision.ts';

type Alteration = Item<AlterClientQuotasRequest['entries']>;

/** The largest value of each quota. Where it is not Infinity, only whole numbers are allowed. */
type Limits = Readonly<Record<string, number>>;

const USER_AND_CLIENT_QUOTAS: Limits = {
  producer_byte_rate: 2 ** 63,
  consumer_byte_rate: 2 ** 63,
  request_percentage: Infinity,
  controller_mutation_rate: Infinity,
};
const IP_QUOTAS: Limits = { connection_creation_rate: 2 ** 31 - 1 };
/** Values come from text, so a whole number may be off by as much. */
const ROUNDING_ERROR = 1e-6;

export function alterClientQuotas(
  image: MetadataImage,
  request: Pick<AlterClientQuotasRequest, 'entries' | 'validateOnly'>,
): Decision<Answer<typeof alterApi>> {
  const records: MetadataRecord[] = [];
  const duplicates = duplicatesOf(request.entries.map(({ entity }) => entityKey(entity)));
  const entries = request.entries.map((alteration) => {
    const { entity } = alteration;
    try {
      if (duplicates.has(entityKey(entity))) throw invalid(`Ignoring duplicate entity ${entityKey(entity)}`);
      records.push(...decide(image, alteration));
      return { ...NO_ERROR, entity };
    } catch (error) {
      return { ...apiError(error), entity };
    }
  });
  return { records: request.validateOnly ? [] : records, response: { entries } };
}

function decide(image: MetadataImage, { entity, ops }: Alteration): MetadataRecord[] {
  const [duplicate] = duplicatesOf(ops.map(({ key }) => key));
  if (duplicate !== undefined) throw invalid(`Duplicate quota key ${duplicate} in the quotas of one entity`);
  const limits = limitsOf(entity);
  const before = image.clientQuotas.of(entity) ?? {};
  const records: MetadataRecord[] = [];
  for (const { key, value, remove } of ops) {
    if (!remove) checkValue(limits, key, value);
    const isChange = remove ? Object.hasOwn(before, key) : before[key] !== value;
    if (!isChange) continue;
    const parts = entity.map((part) => ({ ...part }));
    records.push({ type: 'ClientQuotaRecord', value: { entity: parts, key, value: remove ? 0 : value, remove } });
  }
  return records;
}

/** The quotas that the entity may have. Throws INVALID_REQUEST for an entity that cannot be. */
function limitsOf(entity: EntityParts): Limits {
  if (entity.length === 0) throw invalid('Invalid empty client quota entity');
  const names = new Map<string, string | null>();
  for (const { entityType, entityName } of entity) {
    if (names.has(entityType)) throw invalid(`Invalid client quota entity, duplicate entity entry ${entityType}`);
    if (!Object.values<string>(ENTITY_TYPE).includes(entityType)) {
      throw invalid(`Unhandled client quota entity type: ${entityType}`);
    }
    if (entityName === '') throw invalid(`Empty ${entityType} not supported`);
    names.set(entityType, entityName);
  }
  const ip = names.get(ENTITY_TYPE.ip);
  if (ip === undefined) return USER_AND_CLIENT_QUOTAS;
  if (names.size > 1) {
    throw invalid('Invalid quota entity combination, IP entity should not be combined with User or ClientId');
  }
  if (ip !== null && !isAddress(ip)) throw invalid(`${ip} is not a valid IP or resolvable host.`);
  return IP_QUOTAS;
}

function checkValue(limits: Limits, key: string, value: number): void {
  const limit = Object.hasOwn(limits, key) ? limits[key] : undefined;
  if (limit === undefined) throw invalid(`Invalid configuration key ${key}`);
  // Also for what is no number.
  if (!(value > 0)) throw invalid(`Quota ${key} must be greater than 0`);
  if (limit === Infinity) return;
  if (value > limit) throw invalid(`Proposed value for ${key} is too large.`);
  if (value % 1 > ROUNDING_ERROR) throw invalid(`${key} cannot be a fractional value.`);
}

function invalid(message: string): KafkaError {
  return new KafkaError('INVALID_REQUEST', message);
}
