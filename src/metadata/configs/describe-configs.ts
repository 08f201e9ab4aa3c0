// DescribeConfigs: every setting of a resource with its value, where that comes from, and what else would have given one. The order and content of
// synonyms are those of Kafka's ConfigHelper.

import { type ConfigDefinition, type ConfigTable, type ConfigType, displayConfigText } from '../../config/index.ts';
import type {
  DescribeConfigsRequest,
  describeConfigs as describeConfigsApi,
  Item,
  ResponseInput,
} from '../../protocol/index.ts';
import { CONFIG_RESOURCE, KafkaError } from '../../protocol/index.ts';
import type { ConfigResource } from '../config-resource.ts';
import { type Answer, apiError } from '../controller/decision.ts';
import type { ConfigTexts } from '../image/configs-image.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import { validateTopicName } from '../topic-name.ts';
import { brokerConfigSynonyms, listenerConfigBase } from './broker-config-names.ts';
import type { ConfigSchema } from './config-schema.ts';
import { brokerConfigValues, CONFIG_SOURCE, type ConfigValue, inheritedValue } from './config-value.ts';
import { brokerTexts } from './effective-topic-configs.ts';

export interface DescribeConfigsContext {
  readonly schema: ConfigSchema;
  readonly nodeId: number;
  /** Levels by logger, for resources of that type. */
  readonly loggers?: Readonly<Record<string, string>>;
}

type Result = Item<ResponseInput<typeof describeConfigsApi>['results']>;
type Entry = Item<Result['configs']>;

const TYPE_IDS: Readonly<Record<ConfigType, number>> = {
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
  class: 8,
  password: 9,
};
const UNKNOWN_TYPE = 0;

/** Describes the resources; who may see which is settled before. */
export function describeConfigs(
  image: MetadataImage,
  request: Pick<DescribeConfigsRequest, 'resources' | 'includeSynonyms' | 'includeDocumentation'>,
  context: DescribeConfigsContext,
): Answer<typeof describeConfigsApi> {
  const results = request.resources.map(({ resourceType, resourceName, configurationKeys }): Result => {
    try {
      const entries = entriesOf(image, { type: resourceType, name: resourceName }, context);
      // No keys, like null, asks for all.
      const wanted =
        configurationKeys === null || configurationKeys.length === 0 ? undefined : new Set(configurationKeys);
      const configs = entries.filter(({ name }) => wanted?.has(name) ?? true).map((entry) => shown(entry, request));
      return { errorCode: 0, errorMessage: null, resourceType, resourceName, configs };
    } catch (error) {
      return { ...apiError(error), resourceType, resourceName, configs: [] };
    }
  });
  return { results };
}

function shown(entry: Entry, request: { includeSynonyms: boolean; includeDocumentation: boolean }): Entry {
  return {
    ...entry,
    synonyms: request.includeSynonyms ? entry.synonyms : [],
    documentation: request.includeDocumentation || entry.documentation === '' ? (entry.documentation ?? null) : null,
  };
}

function entriesOf(image: MetadataImage, resource: ConfigResource, context: DescribeConfigsContext): Entry[] {
  const { schema } = context;
  const { name } = resource;
  switch (resource.type) {
    case CONFIG_RESOURCE.topic: {
      const reason = validateTopicName(name);
      if (reason !== undefined) throw new KafkaError('INVALID_TOPIC_EXCEPTION', reason);
      if (!image.topics.byName.has(name)) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION');
      return inheritedEntries(image, schema.topic, resource, CONFIG_SOURCE.topic, context);
    }
    case CONFIG_RESOURCE.group:
      if (name === '') throw new KafkaError('INVALID_REQUEST', 'Group name must not be empty');
      return inheritedEntries(image, schema.group, resource, CONFIG_SOURCE.group, context);
    case CONFIG_RESOURCE.clientMetrics:
      if (name === '') throw new KafkaError('INVALID_REQUEST', 'Client metrics subscription name must not be empty');
      return clientMetricsEntries(image, schema.clientMetrics, resource);
    case CONFIG_RESOURCE.broker:
      return name === '' ? brokerDefaultEntries(image, context) : brokerEntries(image, name, context);
    case CONFIG_RESOURCE.brokerLogger:
      if (name === '') throw new KafkaError('INVALID_REQUEST', 'Broker id must not be empty');
      checkNodeId(name, context.nodeId, '');
      return Object.entries(context.loggers ?? {}).map(([logger, level]) => loggerEntry(logger, level));
    default:
      throw new KafkaError('INVALID_REQUEST', `Unsupported resource type: ${resource.type}`);
  }
}

/** Settings of topics and groups: what is not set for them comes from the broker's. */
function inheritedEntries(
  image: MetadataImage,
  table: ConfigTable,
  resource: ConfigResource,
  ownSource: number,
  { schema, nodeId }: DescribeConfigsContext,
): Entry[] {
  const own = image.configs.of(resource);
  const texts = brokerTexts(schema, image.configs, nodeId);
  return Object.entries(table).map(([name, definition]) => {
    const { value } = inheritedValue(name, definition, own, ownSource, texts);
    const synonyms = inheritedSynonyms(name, definition);
    if (Object.hasOwn(own, name)) synonyms.unshift({ name, value, source: ownSource });
    return entry(name, value, definition, synonyms, false);
  });

  function inheritedSynonyms(name: string, definition: ConfigDefinition<unknown>): ConfigValue[] {
    const [synonym] = definition.synonyms;
    if (synonym !== undefined) return from(synonym.name, brokerConfigValues(synonym.name, texts, schema));
    const isOwnDefault = ownSource === CONFIG_SOURCE.group && definition.default !== null;
    return isOwnDefault ? [{ name, value: definition.default, source: CONFIG_SOURCE.default }] : [];
  }
}

function clientMetricsEntries(image: MetadataImage, table: ConfigTable, resource: ConfigResource): Entry[] {
  const own = image.configs.of(resource);
  return Object.entries(table).map(([name, definition]) => {
    const value = displayConfigText(definition, own[name] ?? definition.default);
    const synonyms = Object.hasOwn(own, name) ? [{ name, value, source: CONFIG_SOURCE.clientMetrics }] : [];
    return entry(name, value, definition, synonyms, false);
  });
}

function brokerEntries(image: MetadataImage, brokerId: string, { schema, nodeId }: DescribeConfigsContext): Entry[] {
  checkNodeId(brokerId, nodeId, ' or empty string');
  const texts = brokerTexts(schema, image.configs, nodeId);
  const set: ConfigTexts = { ...texts.static, ...texts.dynamicDefault, ...texts.dynamic };
  // Names that the registry does not have, nor their base, for plug-ins for example, are shown without values, which may be secrets.
  const unknown = Object.keys(set).filter((name) => !Object.hasOwn(schema.broker, name));
  const listed = Object.entries(schema.broker).filter(([name, { internal }]) => !internal || Object.hasOwn(set, name));
  return [...unknown, ...listed.map(([name]) => name)].map((name) => {
    const definition = definitionOf(name, schema);
    const text = set[name] ?? definition?.default ?? null;
    const value = definition === undefined ? text : displayConfigText(definition, text);
    return brokerEntry(name, value, schema, from(name, brokerConfigValues(name, texts, schema)));
  });
}

function brokerDefaultEntries(image: MetadataImage, { schema }: DescribeConfigsContext): Entry[] {
  const texts = brokerTexts(schema, image.configs);
  return Object.entries(texts.dynamicDefault).map(([name, value]) => {
    const synonyms = from(name, brokerConfigValues(name, texts, schema));
    const isDefault = ({ source }: ConfigValue) => source === CONFIG_SOURCE.dynamicDefaultBroker;
    return brokerEntry(name, value, schema, synonyms.filter(isDefault));
  });
}

function brokerEntry(name: string, value: string | null, schema: ConfigSchema, synonyms: ConfigValue[]): Entry {
  // What nobody knows by this very name is not ours to change, and has no documentation.
  const exact = schema.broker[name];
  const isReadOnly = exact === undefined || exact.updateMode === 'read-only';
  const shown = entry(name, value, definitionOf(name, schema), synonyms, isReadOnly);
  return exact === undefined ? { ...shown, documentation: null } : shown;
}

/** Also of a setting that is given for one listener. */
function definitionOf(name: string, schema: ConfigSchema): ConfigDefinition<unknown> | undefined {
  if (listenerConfigBase(name) === undefined) return schema.broker[name];
  const [, base = ''] = brokerConfigSynonyms(name);
  return schema.broker[base];
}

function entry(
  name: string,
  value: string | null,
  definition: ConfigDefinition<unknown> | undefined,
  synonyms: ConfigValue[],
  readOnly: boolean,
): Entry {
  const isSensitive = definition === undefined || definition.type === 'password';
  return {
    name,
    value: isSensitive ? null : value,
    readOnly,
    configSource: synonyms[0]?.source ?? CONFIG_SOURCE.default,
    isSensitive,
    synonyms: isSensitive ? synonyms.map((synonym) => ({ ...synonym, value: null })) : synonyms,
    configType: definition === undefined ? UNKNOWN_TYPE : TYPE_IDS[definition.type],
    documentation: definition?.doc ?? null,
  };
}

function loggerEntry(name: string, value: string): Entry {
  const configSource = CONFIG_SOURCE.dynamicBrokerLogger;
  // Apache Kafka has no documentation of loggers, but leaves the empty text in place of null.
  return { name, value, readOnly: false, configSource, isSensitive: false, synonyms: [], documentation: '' };
}

/** Kafka leaves out what is stronger than the first value of the setting's own name: it belongs to a listener. */
function from(name: string, values: ConfigValue[]): ConfigValue[] {
  const index = values.findIndex((value) => value.name === name);
  return index < 0 ? [] : values.slice(index);
}

function checkNodeId(name: string, nodeId: number, orEmpty: string): void {
  if (!/^[+-]?\d+$/.test(name)) {
    throw new KafkaError('INVALID_REQUEST', `Broker id must be an integer, but it is: ${name}`);
  }
  if (Number(name) !== nodeId) {
    throw new KafkaError('INVALID_REQUEST', `Unexpected broker id, expected ${nodeId}${orEmpty}, but received ${name}`);
  }
}
