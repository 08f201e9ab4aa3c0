// Names of broker settings that stand for each other: units of the same time, and overrides for one listener.

// The strongest first.
const GROUPS: readonly (readonly string[])[] = [
  ['log.roll.ms', 'log.roll.hours'],
  ['log.roll.jitter.ms', 'log.roll.jitter.hours'],
  ['log.retention.ms', 'log.retention.minutes', 'log.retention.hours'],
];
const FLUSH_INTERVAL = 'log.flush.interval.ms';

/** Settings that may be changed for one listener, but also for all listeners of all brokers. */
const CLUSTER_WIDE_LISTENER_CONFIGS: ReadonlySet<string> = new Set([
  'max.connections',
  'max.connection.creation.rate',
  'num.network.threads',
]);

/** They follow the name of a mechanism where they are set for a listener: `listener.name.x.scram-sha-256.sasl.jaas.config`. */
const MECHANISM_CONFIGS = [
  'sasl.jaas.config',
  'sasl.login.callback.handler.class',
  'sasl.login.class',
  'sasl.server.callback.handler.class',
  'connections.max.reauth.ms',
];

/** The names under which a value for `name` may have been given, the strongest first. */
export function brokerConfigSynonyms(name: string): readonly string[] {
  const group = GROUPS.find((names) => names.includes(name));
  if (group !== undefined) return group;
  if (name === FLUSH_INTERVAL) return [FLUSH_INTERVAL, 'log.flush.scheduler.interval.ms'];
  const base = listenerConfigBase(name);
  if (base === undefined) return [name];
  return [name, MECHANISM_CONFIGS.find((config) => base.endsWith(config)) ?? base];
}

/** `ssl.keystore.location` of `listener.name.external.ssl.keystore.location`. */
export function listenerConfigBase(name: string): string | undefined {
  return /^listener\.name\.[^.]*\.(.*)$/.exec(name)?.[1];
}

/** Whether the name overrides a setting for one listener, and so belongs to one broker. */
export function isPerListener(name: string): boolean {
  const base = listenerConfigBase(name);
  return base !== undefined && !CLUSTER_WIDE_LISTENER_CONFIGS.has(base);
}
