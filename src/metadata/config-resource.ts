// What settings belong to: a topic, a broker, all brokers, a client metrics subscription or a group.

export interface ConfigResource {
  /** One of `CONFIG_RESOURCE`, or what a client sent instead. */
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
