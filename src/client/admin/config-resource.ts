// What has settings: topics, brokers, loggers of brokers, client telemetry subscriptions, groups.

import { nameOfCode } from './code-names.ts';

/** With the numbers of the protocol. */
const RESOURCE_TYPES = { topic: 2, broker: 4, 'broker-logger': 8, 'client-metrics': 16, group: 32 } as const;

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
