// How many connections there may be, of all listeners, of one, and from one address, and how quickly they may come (KIP-402, KIP-612). All of it
// changes while the broker runs.

import { ConfigError, type ConfigValues, int, readConfig, string } from '../../config/index.ts';
import { isAddress } from '../../metadata/index.ts';

const updateMode = 'cluster-wide';
const NO_LIMIT = '2147483647';

export const admissionConfigTable = {
  'max.connections': int({
    default: NO_LIMIT,
    min: 0,
    doc: 'The most connections of a broker or, as listener.name.<name>.max.connections, of a listener. Further ones wait to be accepted.',
    updateMode,
  }),
  'max.connections.per.ip': int({
    default: NO_LIMIT,
    min: 0,
    doc: 'The most connections from one address. Further ones are closed.',
    updateMode,
  }),
  'max.connections.per.ip.overrides': string({
    default: '',
    doc: 'The most connections of single addresses, as address:number. Host names are not looked up.',
    updateMode,
  }),
  'max.connection.creation.rate': int({
    default: NO_LIMIT,
    min: 0,
    doc: 'New connections per second of a broker or, as listener.name.<name>.max.connection.creation.rate, of a listener. Further ones wait.',
    updateMode,
  }),
} as const;

/** Of a broker, or of one listener. */
export interface ConnectionCountLimits {
  readonly maxConnections: number;
  /** Connections per second. */
  readonly maxCreationRate: number;
}

export interface AdmissionLimits extends ConnectionCountLimits {
  readonly maxPerHost: number;
  readonly maxByHost: ReadonlyMap<string, number>;
  ofListener(name: string): ConnectionCountLimits;
}

type Texts = Readonly<Record<string, string | undefined>>;

/** Reads the limits from the settings of a broker. Throws `ConfigError`. */
export function admissionLimits(texts: Texts): AdmissionLimits {
  const config = readConfig(admissionConfigTable, texts);
  const maxByHost = parseOverrides(config['max.connections.per.ip.overrides']);
  if (config['max.connections.per.ip'] === 0 && maxByHost.size === 0) {
    throw new ConfigError(
      'max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides property is set.',
    );
  }
  const listeners = new Set(Object.keys(texts).flatMap((name) => /^listener\.name\.([^.]+)\./.exec(name)?.[1] ?? []));
  const byListener = new Map(Array.from(listeners, (name) => [name, listenerLimits(texts, name)]));
  const ofBroker = countLimits(config);
  return {
    ...ofBroker,
    maxPerHost: config['max.connections.per.ip'],
    maxByHost,
    // What counts for the broker counts for each listener that has nothing of its own.
    ofListener: (name) => byListener.get(name.toLowerCase()) ?? ofBroker,
  };
}

function listenerLimits(texts: Texts, name: string): ConnectionCountLimits {
  const own = { ...texts };
  for (const setting of ['max.connections', 'max.connection.creation.rate']) {
    const text = texts[`listener.name.${name}.${setting}`];
    if (text === undefined) continue;
    own[setting] = text;
    if (/^\s*0+\s*$/.test(text)) {
      throw new ConfigError(
        `Invalid value ${text} for configuration listener.name.${name}.${setting}: it must be positive`,
      );
    }
  }
  return countLimits(readConfig(admissionConfigTable, own));
}

function countLimits(config: ConfigValues<typeof admissionConfigTable>): ConnectionCountLimits {
  return {
    maxConnections: config['max.connections'],
    maxCreationRate: config['max.connection.creation.rate'],
  };
}

function parseOverrides(text: string): ReadonlyMap<string, number> {
  const setting = 'max.connections.per.ip.overrides';
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  return new Map(
    entries.map((entry): [string, number] => {
      // The last colon: an IPv6 address has some of its own.
      const [, host = '', count] = /^(.*?)\s*:\s*(\d{1,10})$/.exec(entry) ?? [];
      if (count === undefined)
        throw new ConfigError(`Invalid value ${text} for configuration ${setting}: ${entry} is not address:number`);
      if (!isAddress(host)) throw new ConfigError(`${setting} contains invalid addresses : ${host}`);
      return [host, Number(count)];
    }),
  );
}
