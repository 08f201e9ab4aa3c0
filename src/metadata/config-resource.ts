// What settings belong to: a topic, a broker, all brokers, a client metrics subscription or a group.

/** The numbers that requests and metadata records use. */
export const RESOURCE_TYPE = { topic: 2, broker: 4, brokerLogger: 8, clientMetrics: 16, group: 32 } as const;

export interface ConfigResource {
  /** One of `RESOURCE_TYPE`, or what a client sent instead. */
  readonly type: number;
  /** The topic, group or subscription; a broker's id in decimal, or empty for the default of all brokers. */
  readonly name: string;
}

/** A key that no other resource has. */
export function resourceKey(resource: ConfigResource): string {
  return `${resource.type}:${resource.name}`;
}

export function resourceOfKey(key: string): ConfigResource {
  const colon = key.indexOf(':');
  return { type: Number(key.slice(0, colon)), name: key.slice(colon + 1) };
}
