// One change to the settings of one resource, as records.

import { CONFIG_RESOURCE, KafkaError } from '../../protocol/index.ts';
import type { ConfigResource } from '../config-resource.ts';
import type { ConfigTexts } from '../image/configs-image.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import { type ConfigSchema, tableOf } from './config-schema.ts';
import { validateConfigs } from './validate-configs.ts';

export interface ConfigChange {
  readonly name: string;
  readonly operation: 'SET' | 'DELETE' | 'APPEND' | 'SUBTRACT';
  /** For lists, words and commas. Not looked at for DELETE. */
  readonly value: string | null;
}

const MAX_VALUE_LENGTH = 32767;
const MIN_IN_SYNC_REPLICAS = 'min.insync.replicas';

/** The records of the changes. Throws a `KafkaError` when one of them, or all of them together, is not allowed. */
export function decideConfigChange(
  image: MetadataImage,
  resource: ConfigResource,
  changes: readonly ConfigChange[],
  schema: ConfigSchema,
  isNew = false,
): MetadataRecord[] {
  const before = isNew ? {} : image.configs.of(resource);
  const values = changes.map((change) => ({
    name: change.name,
    value: changedValue(before, resource, change, schema),
  }));
  return decideValues(image, resource, before, values, schema, isNew);
}

/** Makes `texts` all that is set for the resource. */
export function decideConfigReplacement(
  image: MetadataImage,
  resource: ConfigResource,
  texts: ConfigTexts,
  schema: ConfigSchema,
): MetadataRecord[] {
  const before = image.configs.of(resource);
  const removed = Object.keys(before).filter((name) => !Object.hasOwn(texts, name));
  const values = [
    ...Object.entries(texts).map(([name, value]) => ({ name, value })),
    ...removed.map((name) => ({ name, value: null })),
  ];
  return decideValues(image, resource, before, values, schema, false);
}

/** The texts after the changes, which may not be valid. */
export function changedTexts(
  before: ConfigTexts,
  resource: ConfigResource,
  changes: readonly ConfigChange[],
  schema: ConfigSchema,
): ConfigTexts {
  const after: Record<string, string> = { ...before };
  for (const change of changes) {
    const value = changedValue(before, resource, change, schema);
    if (value === null) delete after[change.name];
    else after[change.name] = value;
  }
  return after;
}

interface NewValue {
  readonly name: string;
  readonly value: string | null;
}

function decideValues(
  image: MetadataImage,
  resource: ConfigResource,
  before: ConfigTexts,
  values: readonly NewValue[],
  schema: ConfigSchema,
  isNew: boolean,
): MetadataRecord[] {
  const after: Record<string, string> = { ...before };
  for (const { name, value } of values) {
    checkValue(image, resource, name, value);
    if (value === null) delete after[name];
    else after[name] = value;
  }
  validateConfigs(schema, resource, after);
  if (!isNew) checkExists(image, resource);
  return (
    values
      // A broker reads files again when a setting that names one is set again, so that is a change even with the same name.
      .filter(({ name, value }) => resource.type === CONFIG_RESOURCE.broker || (before[name] ?? null) !== value)
      .map(({ name, value }) => ({
        type: 'ConfigRecord',
        value: { resourceType: resource.type, resourceName: resource.name, name, value },
      }))
  );
}

function changedValue(
  before: ConfigTexts,
  resource: ConfigResource,
  { name, operation, value }: ConfigChange,
  schema: ConfigSchema,
): string | null {
  if (operation === 'SET') return value;
  if (operation === 'DELETE') return null;
  const table = tableOf(schema, resource.type);
  const definition = table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
  if (definition?.type !== 'list') {
    throw new KafkaError('INVALID_CONFIG', `Can't ${operation} to key ${name} because its type is not LIST.`);
  }
  const words = splitWords(before[name] ?? definition.default);
  const given = splitWords(value);
  if (operation === 'APPEND') return [...new Set([...words, ...given])].join(',');
  return words.filter((word) => !given.includes(word)).join(',');
}

function splitWords(text: string | null): string[] {
  return (text ?? '').split(',').filter((word) => word !== '');
}

function checkValue(image: MetadataImage, resource: ConfigResource, name: string, value: string | null): void {
  if (value !== null && value.length > MAX_VALUE_LENGTH) {
    throw new KafkaError(
      'INVALID_CONFIG',
      `The configuration value cannot be added because it exceeds the maximum value size of ${MAX_VALUE_LENGTH} bytes.`,
    );
  }
  // With eligible leader replicas (KIP-966) the cluster has one minimum: it may not differ between brokers, nor vanish.
  const hasClusterMinimum = (image.features.levels.get('eligible.leader.replicas.version') ?? 0) > 0;
  if (!hasClusterMinimum || resource.type !== CONFIG_RESOURCE.broker || name !== MIN_IN_SYNC_REPLICAS) return;
  if (resource.name !== '') {
    throw new KafkaError('INVALID_CONFIG', `Broker-level ${name} cannot be altered while ELR is enabled.`);
  }
  if (value === null) {
    throw new KafkaError('INVALID_CONFIG', `Cluster-level ${name} cannot be removed while ELR is enabled.`);
  }
}

function checkExists(image: MetadataImage, resource: ConfigResource): void {
  if (resource.type === CONFIG_RESOURCE.topic && !image.topics.byName.has(resource.name)) {
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `The topic '${resource.name}' does not exist.`);
  }
  const isOneBroker = resource.type === CONFIG_RESOURCE.broker && resource.name !== '';
  if (isOneBroker && !image.brokers.byId.has(Number(resource.name))) {
    throw new KafkaError('BROKER_ID_NOT_REGISTERED', `No node with id ${resource.name} found.`);
  }
}
