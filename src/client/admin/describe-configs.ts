// DescribeConfigs: the settings of topics, brokers and groups, with where each value comes from.

import {
  type DescribeConfigsResponse,
  describeConfigs as describeConfigsApi,
  type KafkaError,
} from '../../protocol/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { groupBy } from '../topic-partition.ts';
import { answeringNode, type ConfigResource, resourceName, resourceTypeCode } from './config-resource.ts';
import { answered, itemError } from './response-error.ts';

/** By the numbers of the protocol. */
const SOURCES = [
  'unknown',
  'dynamic topic',
  'dynamic broker',
  'dynamic default broker',
  'static broker',
  'default',
  'dynamic broker logger',
  'dynamic client metrics',
  'dynamic group',
] as const;
const TYPES = ['unknown', 'boolean', 'string', 'int', 'short', 'long', 'double', 'list', 'class', 'password'] as const;

/** Where a value was set. */
export type ConfigSource = (typeof SOURCES)[number];

/** A setting as it is now. */
export interface ConfigEntry {
  readonly name: string;
  /** Null when it has none, or is secret. */
  readonly value: string | null;
  readonly source: ConfigSource;
  readonly type: (typeof TYPES)[number];
  readonly isReadOnly: boolean;
  readonly isSensitive: boolean;
  readonly documentation: string | null;
  readonly synonyms: readonly { readonly name: string; readonly value: string | null; readonly source: ConfigSource }[];
}

/** The settings of one resource, or why they cannot be told. */
export interface DescribedConfig {
  readonly resource: ConfigResource;
  readonly entries: readonly ConfigEntry[];
  readonly error: KafkaError | undefined;
}

/** What to tell of each setting. */
export interface DescribeConfigsOptions extends RetryScope {
  readonly includeSynonyms?: boolean | undefined;
  readonly includeDocumentation?: boolean | undefined;
}

export async function describeConfigs(
  cluster: Cluster,
  resources: readonly ConfigResource[],
  options: DescribeConfigsOptions = {},
): Promise<DescribedConfig[]> {
  const byNode = groupBy(resources, answeringNode);
  const described = await Promise.all([...byNode].map(([node, group]) => describeAt(cluster, node, group, options)));
  return described.flat();
}

function describeAt(
  cluster: Cluster,
  node: number | undefined,
  resources: readonly ConfigResource[],
  options: DescribeConfigsOptions,
): Promise<DescribedConfig[]> {
  const request = {
    resources: resources.map((resource) => ({
      resourceType: resourceTypeCode(resource.type),
      resourceName: resource.name,
      configurationKeys: null,
    })),
    includeSynonyms: options.includeSynonyms ?? false,
  };
  return cluster.retry('describe configs', options, async () => {
    const ask = (version: number) =>
      version >= 3 ? { ...request, includeDocumentation: options.includeDocumentation ?? false } : request;
    const sending = { signal: options.signal };
    const response =
      node === undefined
        ? await cluster.sendToAny(describeConfigsApi, ask, sending)
        : await cluster.sendToNode(node, describeConfigsApi, ask, sending);
    return resources.map((resource) => readResult(resource, response));
  });
}

function readResult(resource: ConfigResource, response: DescribeConfigsResponse): DescribedConfig {
  const what = `describe the configs of ${resourceName(resource)}`;
  const found = response.results.find(
    ({ resourceType, resourceName: name }) =>
      resourceType === resourceTypeCode(resource.type) && name === resource.name,
  );
  const result = answered(found, what);
  return {
    resource,
    error: itemError(result.errorCode, what, result.errorMessage),
    entries: result.configs
      .map((config) => ({
        name: config.name,
        value: config.value,
        source: SOURCES[config.configSource] ?? 'unknown',
        type: TYPES[config.configType] ?? 'unknown',
        isReadOnly: config.readOnly,
        isSensitive: config.isSensitive,
        documentation: config.documentation,
        synonyms: config.synonyms.map(({ name, value, source }) => ({
          name,
          value,
          source: SOURCES[source] ?? 'unknown',
        })),
      }))
      .sort((left, right) => (left.name < right.name ? -1 : 1)),
  };
}
