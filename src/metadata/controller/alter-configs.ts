// AlterConfigs and IncrementalAlterConfigs: settings of topics, brokers, groups and client metrics subscriptions, each resource on its own.

import type {
  AlterConfigsRequest,
  alterConfigs as alterConfigsApi,
  IncrementalAlterConfigsRequest,
  Item,
} from '../../protocol/index.ts';
import { CONFIG_RESOURCE, KafkaError } from '../../protocol/index.ts';
import { type ConfigResource, resourceKey } from '../config-resource.ts';
import {
  type ConfigChange,
  changedTexts,
  decideConfigChange,
  decideConfigReplacement,
} from '../configs/alter-config.ts';
import type { ConfigSchema } from '../configs/config-schema.ts';
import { validateDynamicBrokerConfigs } from '../configs/validate-configs.ts';
import type { ConfigTexts } from '../image/configs-image.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import { type Answer, apiError, type Decision, duplicatesOf, NO_ERROR } from './decision.ts';

/** Both APIs have the same response. */
export type AlterConfigsAnswer = Answer<typeof alterConfigsApi>;

export interface AlterConfigsContext {
  readonly schema: ConfigSchema;
  readonly nodeId: number;
}

type Resource<Config> = {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configs: readonly Config[];
};
type Entry = Item<Item<AlterConfigsRequest['resources']>['configs']>;
type Operation = Item<Item<IncrementalAlterConfigsRequest['resources']>['configs']>;

const OPERATIONS = ['SET', 'DELETE', 'APPEND', 'SUBTRACT'] as const;

/** What is given becomes all that is set for the resource. */
export function alterConfigs(
  image: MetadataImage,
  request: Pick<AlterConfigsRequest, 'resources' | 'validateOnly'>,
  context: AlterConfigsContext,
): Decision<AlterConfigsAnswer> {
  return decideEach<Entry>(request, (resource, configs) => {
    checkKeys(configs);
    checkNulls(configs);
    const texts = textsAfterReplacement(configs);
    checkResource(resource, texts, context);
    return decideConfigReplacement(image, resource, texts, context.schema);
  });
}

/** Sets, deletes, appends to and subtracts from single settings. */
export function incrementalAlterConfigs(
  image: MetadataImage,
  request: Pick<IncrementalAlterConfigsRequest, 'resources' | 'validateOnly'>,
  context: AlterConfigsContext,
): Decision<AlterConfigsAnswer> {
  return decideEach<Operation>(request, (resource, configs) => {
    checkKeys(configs);
    const changes = configs.map(changeOf);
    checkNulls(changes.filter(({ operation }) => operation !== 'DELETE'));
    const texts = textsAfterChange(image, resource, configs, context.schema);
    checkResource(resource, texts, context);
    return decideConfigChange(image, resource, changes, context.schema);
  });
}

/** All that AlterConfigs would leave set for a resource, which may not be valid. */
export function textsAfterReplacement(configs: readonly Entry[]): ConfigTexts {
  return Object.fromEntries(configs.map(({ name, value }) => [name, value ?? '']));
}

/** The same for IncrementalAlterConfigs. Throws `KafkaError` for operations that there are not. */
export function textsAfterChange(
  image: MetadataImage,
  resource: ConfigResource,
  configs: readonly Operation[],
  schema: ConfigSchema,
): ConfigTexts {
  return changedTexts(image.configs.of(resource), resource, configs.map(changeOf), schema);
}

function decideEach<Config>(
  request: { readonly resources: readonly Resource<Config>[]; readonly validateOnly: boolean },
  decide: (resource: ConfigResource, configs: readonly Config[]) => MetadataRecord[],
): Decision<AlterConfigsAnswer> {
  const keyOf = ({ resourceType, resourceName }: Resource<Config>) =>
    resourceKey({ type: resourceType, name: resourceName });
  const duplicates = duplicatesOf(request.resources.map(keyOf));
  const records: MetadataRecord[] = [];
  const responses = request.resources.map((resource) => {
    const { resourceType, resourceName } = resource;
    try {
      if (duplicates.has(keyOf(resource))) {
        throw new KafkaError('INVALID_REQUEST', 'Each resource must appear at most once.');
      }
      records.push(...decide({ type: resourceType, name: resourceName }, resource.configs));
      return { ...NO_ERROR, resourceType, resourceName };
    } catch (error) {
      return { ...apiError(error), resourceType, resourceName };
    }
  });
  return { records: request.validateOnly ? [] : records, response: { responses } };
}

function changeOf({ name, configOperation, value }: Operation): ConfigChange {
  const operation = OPERATIONS[configOperation];
  if (operation === undefined) throw new KafkaError('INVALID_REQUEST', `Unknown operations type ${configOperation}`);
  return { name, operation, value };
}

function checkKeys(configs: readonly { readonly name: string }[]): void {
  if (duplicatesOf(configs.map(({ name }) => name)).size > 0) {
    throw new KafkaError('INVALID_REQUEST', 'Error due to duplicate config keys');
  }
}

function checkNulls(configs: readonly { readonly name: string; readonly value: string | null }[]): void {
  const nulls = configs.filter(({ value }) => value === null).map(({ name }) => name);
  if (nulls.length > 0) throw new KafkaError('INVALID_REQUEST', `Null value not supported for : ${nulls.join(', ')}`);
}

/** What the broker that got the request checks before the cluster's own rules. */
function checkResource(resource: ConfigResource, texts: ConfigTexts, { schema, nodeId }: AlterConfigsContext): void {
  switch (resource.type) {
    case CONFIG_RESOURCE.broker:
      if (resource.name !== '') checkIsThisNode(resource.name, nodeId);
      validateDynamicBrokerConfigs(schema, texts, resource.name === '');
      break;
    case CONFIG_RESOURCE.topic:
    case CONFIG_RESOURCE.group:
    case CONFIG_RESOURCE.clientMetrics:
      break;
    default:
      throw new KafkaError('INVALID_REQUEST', `Unknown resource type ${resource.type}`);
  }
}

function checkIsThisNode(name: string, nodeId: number): void {
  if (!/^[+-]?\d+$/.test(name))
    throw new KafkaError('INVALID_REQUEST', `Node id must be an integer, but it is: ${name}`);
  if (Number(name) !== nodeId) {
    throw new KafkaError('INVALID_REQUEST', `Unexpected broker id, expected ${nodeId}, but received ${name}`);
  }
}
