// Whether a resource may have these settings. What each kind of resource refuses, and with which error, is Kafka's.

import { ConfigError, type ConfigTable } from '../../config/index.ts';
import { CONFIG_RESOURCE, type ErrorName, KafkaError } from '../../protocol/index.ts';
import type { ConfigResource } from '../config-resource.ts';
import type { ConfigTexts } from '../image/configs-image.ts';
import { validateTopicName } from '../topic-name.ts';
import { isPerListener, listenerConfigBase } from './broker-config-names.ts';
import type { ConfigSchema } from './config-schema.ts';

/** Checks everything that would be set for the resource after a change. Throws `KafkaError`. */
export function validateConfigs(schema: ConfigSchema, resource: ConfigResource, texts: ConfigTexts): void {
  switch (resource.type) {
    case CONFIG_RESOURCE.topic:
      validateTopicResource(resource.name);
      check('INVALID_CONFIG', schema.topic, texts, 'Unknown topic config name: ', () => schema.validateTopic?.(texts));
      break;
    case CONFIG_RESOURCE.broker:
      validateBrokerResource(resource.name);
      break;
    case CONFIG_RESOURCE.group:
      if (resource.name === '') throw new KafkaError('INVALID_REQUEST', 'Default group resources are not allowed.');
      check('INVALID_CONFIG', schema.group, texts, 'Unknown group config name: ', () => schema.validateGroup?.(texts));
      break;
    case CONFIG_RESOURCE.clientMetrics:
      if (resource.name === '') throw new KafkaError('INVALID_REQUEST', "Subscription name can't be empty");
      refuseUnknown(schema.clientMetrics, texts);
      check('INVALID_CONFIG', schema.clientMetrics, texts, '', () => schema.validateClientMetrics?.(texts));
      break;
    default:
      throw new KafkaError('INVALID_REQUEST', `Unknown resource type ${resource.type}`);
  }
}

/** Whether a running broker, or all brokers, take these texts. Throws INVALID_REQUEST. */
export function validateDynamicBrokerConfigs(schema: ConfigSchema, texts: ConfigTexts, isDefault: boolean): void {
  const table = schema.broker;
  const names = Object.keys(texts);
  const definitionOf = (name: string) => table[listenerConfigBase(name) ?? name];
  refuseNames(
    'Cannot update these configs dynamically',
    names.filter((name) => table[name]?.updateMode === 'read-only'),
  );
  for (const name of names) {
    try {
      definitionOf(name)?.parse(name, texts[name] ?? null);
    } catch (error) {
      throw asKafkaError('INVALID_REQUEST', error);
    }
  }
  try {
    schema.validateBroker?.({ ...schema.staticTexts, ...texts });
  } catch (error) {
    throw asKafkaError('INVALID_REQUEST', error);
  }
  if (!isDefault) return;
  refuseNames(
    'Cannot update these configs at default cluster level, broker id must be specified',
    names.filter((name) => table[name]?.updateMode === 'per-broker' || isPerListener(name)),
  );
}

function validateTopicResource(name: string): void {
  if (name === '') throw new KafkaError('INVALID_REQUEST', 'Default topic resources are not allowed.');
  const reason = validateTopicName(name);
  if (reason !== undefined) throw new KafkaError('INVALID_TOPIC_EXCEPTION', reason);
}

function validateBrokerResource(name: string): void {
  if (name === '') return;
  if (!/^[+-]?\d+$/.test(name)) {
    throw new KafkaError('INVALID_REQUEST', 'Unable to parse broker name as a base 10 number.');
  }
  if (Number(name) < 0) throw new KafkaError('INVALID_REQUEST', 'Invalid negative broker ID.');
}

function check(code: ErrorName, table: ConfigTable, texts: ConfigTexts, unknown: string, together: () => void): void {
  for (const [name, text] of Object.entries(texts)) {
    const definition = Object.hasOwn(table, name) ? table[name] : undefined;
    if (definition === undefined) throw new KafkaError(code, unknown + name);
    try {
      definition.parse(name, text);
    } catch (error) {
      throw asKafkaError(code, error);
    }
  }
  try {
    together();
  } catch (error) {
    throw asKafkaError(code, error);
  }
}

function refuseUnknown(table: ConfigTable, texts: ConfigTexts): void {
  const unknown = Object.keys(texts).find((name) => !Object.hasOwn(table, name));
  if (unknown !== undefined) {
    throw new KafkaError('INVALID_REQUEST', `Unknown client metrics configuration: ${unknown}`);
  }
}

function refuseNames(message: string, names: readonly string[]): void {
  if (names.length > 0) throw new KafkaError('INVALID_REQUEST', `${message}: [${names.join(', ')}]`);
}

function asKafkaError(code: ErrorName, error: unknown): unknown {
  return error instanceof ConfigError ? new KafkaError(code, error.message) : error;
}
