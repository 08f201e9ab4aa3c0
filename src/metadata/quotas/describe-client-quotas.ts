// DescribeClientQuotas (KIP-546): the quotas of the entities that match a filter.

import type { DescribeClientQuotasRequest, describeClientQuotas as describeApi } from '../../protocol/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import { type Answer, NO_ERROR } from '../controller/decision.ts';
import type { ClientQuotasImage } from '../image/client-quotas-image.ts';
import { ENTITY_TYPE, type EntityParts } from './quota-entity.ts';

type Request = Pick<DescribeClientQuotasRequest, 'components' | 'strict'>;

const EXACT = 0;
const DEFAULT = 1;
const ANY_NAME = 2;
const TYPES: readonly string[] = Object.values(ENTITY_TYPE);

/** Throws INVALID_REQUEST or UNSUPPORTED_VERSION for a filter without meaning. */
export function describeClientQuotas(quotas: ClientQuotasImage, request: Request): Answer<typeof describeApi> {
  const wanted = wantedNames(request);
  const entries = [];
  for (const { entity, values } of quotas.byEntity.values()) {
    if (!matches(entity, wanted, request.strict)) continue;
    entries.push({ entity, values: Object.entries(values).map(([key, value]) => ({ key, value })) });
  }
  return { ...NO_ERROR, entries };
}

/** What each entity type must be named; undefined for any name. */
function wantedNames({ components }: Request): Map<string, string | null | undefined> {
  const wanted = new Map<string, string | null | undefined>();
  for (const { entityType, matchType, match } of components) {
    if (entityType === '') throw invalid('Invalid empty entity type.');
    if (wanted.has(entityType)) {
      throw invalid(`Entity type ${entityType} cannot appear more than once in the filter.`);
    }
    if (!TYPES.includes(entityType)) {
      throw new KafkaError('UNSUPPORTED_VERSION', `Unsupported entity type ${entityType}`);
    }
    wanted.set(entityType, wantedName(matchType, match));
  }
  if (wanted.has(ENTITY_TYPE.ip) && wanted.size > 1) {
    throw invalid(
      'Invalid entity filter component combination. IP filter component should not be used with user or clientId filter component.',
    );
  }
  return wanted;
}

function wantedName(matchType: number, match: string | null): string | null | undefined {
  switch (matchType) {
    case EXACT:
      if (match === null) throw invalid('Request specified MATCH_TYPE_EXACT, but set match string to null.');
      return match;
    case DEFAULT:
      if (match !== null) throw invalid('Request specified MATCH_TYPE_DEFAULT, but also specified a match string.');
      return null;
    case ANY_NAME:
      if (match !== null) throw invalid('Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.');
      return undefined;
    default:
      throw invalid(`Unknown match type ${matchType}`);
  }
}

function matches(
  entity: EntityParts,
  wanted: ReadonlyMap<string, string | null | undefined>,
  strict: boolean,
): boolean {
  if (strict && entity.length !== wanted.size) return false;
  return Array.from(wanted).every(([type, name]) => {
    const part = entity.find(({ entityType }) => entityType === type);
    return part !== undefined && (name === undefined || name === part.entityName);
  });
}

function invalid(message: string): KafkaError {
  return new KafkaError('INVALID_REQUEST', message);
}
