// What has settings: topics, brokers, loggers of brokers, client telemetry subscriptions, groups.

import { CONFIG_RESOURCE } from '../../protocol/index.ts';
import { nameOfCode } from './code-names.ts';

const RESOURCE_TYPES = {
  topic: CONFIG_RESOURCE.topic,
  broker: CONFIG_RESOURCE.broker,
  'broker-logger': CONFIG_RESOURCE.brokerLogger,
  'client-metrics': CONFIG_RESOURCE.clientMetrics,
  group: CONFIG_RESOURCE.group,
} as const;

/** The kinds of things that have settings. */
export type ConfigResourceType = keyof typeof RESOURCE_TYPES;

/** Something that has settings. */
export interface ConfigResource {
  readonly type: ConfigResourceType;
  /** The topic, the node id, the group; the empty name of a broker is the default of all brokers. */
  readonly name: string;
}

export function resourceTypeCode(type: ConfigResourceType): number {
  return RESOURCE_TYPES[type];
}

/** Undefined for a number that this client does not know. */
export function resourceTypeOf(code: number): ConfigResourceType | undefined {
  const name = nameOfCode(RESOURCE_TYPES, code);
  return name === 'unknown' ? undefined : name;
}

/** `topic orders`, `the default of all brokers`. */
export function resourceName({ type, name }: ConfigResource): string {
  return type === 'broker' && name === '' ? 'the default of all brokers' : `${type} ${name}`;
}

/** Node id of the broker that alone can answer for this resource, or undefined when any can. */
export function answeringNode({ type, name }: ConfigResource): number | undefined {
  const isOfOneBroker = (type === 'broker' || type === 'broker-logger') && /^\d+$/.test(name);
  return isOfOneBroker ? Number(name) : undefined;
}
