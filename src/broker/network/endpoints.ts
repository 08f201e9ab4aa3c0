// Reads `listeners`, `advertised.listeners` and `listener.security.protocol.map`: where the broker listens, and what it tells clients.

import { ConfigError } from '../../config/index.ts';

/** A listener as it is configured: `INTERNAL://0.0.0.0:9092`. */
export interface Endpoint {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

export interface ListenerEndpoint extends Endpoint {
  readonly securityProtocol: SecurityProtocol;
  /** What Metadata tells clients of this listener. Port 0 stands for the bound port, an empty host for the bound host. */
  readonly advertised: Endpoint;
}

export interface EndpointSettings {
  readonly listeners: readonly string[];
  readonly 'advertised.listeners': readonly string[] | null;
  readonly 'listener.security.protocol.map': string;
  readonly 'controller.listener.names': readonly string[] | null;
}

/** Their places are Kafka's numbers for them. */
export const SECURITY_PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const;
export type SecurityProtocol = (typeof SECURITY_PROTOCOLS)[number];

/**
 * The listeners for clients. Those named in `controller.listener.names` are left out: one process is its own controller.
 * Throws `ConfigError` for what cannot be read, for duplicates and for an unknown security protocol.
 */
export function clientEndpoints(settings: EndpointSettings): ListenerEndpoint[] {
  const controllerNames = new Set(settings['controller.listener.names'] ?? []);
  const protocols = protocolMap(settings['listener.security.protocol.map']);
  const listeners = parseAll('listeners', settings.listeners).filter(({ name }) => !controllerNames.has(name));
  if (listeners.length === 0) throw new ConfigError('Invalid configuration listeners: there is none for clients');
  requireDistinct(listeners);
  const advertised = parseAll('advertised.listeners', settings['advertised.listeners'] ?? []);
  for (const { name, host } of advertised) {
    if (host === '0.0.0.0' || host === '::') {
      throw new ConfigError(
        `Invalid configuration advertised.listeners: ${name} has the meta-address ${host}, to which no client can connect`,
      );
    }
    if (!controllerNames.has(name) && !listeners.some((listener) => listener.name === name)) {
      throw new ConfigError(`Invalid configuration advertised.listeners: listeners has no ${name}`);
    }
  }
  return listeners.map((listener) => {
    const protocol = protocols.get(listener.name) ?? listener.name;
    const securityProtocol = SECURITY_PROTOCOLS.find((known) => known === protocol);
    if (securityProtocol === undefined) {
      throw new ConfigError(
        `Invalid configuration listeners: ${listener.name} has the security protocol ${protocol}; there are ${SECURITY_PROTOCOLS.join(', ')}`,
      );
    }
    const told = advertised.find(({ name }) => name === listener.name);
    return { ...listener, securityProtocol, advertised: told ?? { ...listener, host: reachableHost(listener.host) } };
  });
}

/** `host:port` with brackets around IPv6. */
export function formatAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function parseAll(setting: string, texts: readonly string[]): Endpoint[] {
  return texts.map((text) => {
    const match = /^([A-Za-z0-9_.-]+):\/\/(\[[0-9A-Fa-f:.%]+\]|[^[\]:/]*):(-?\d+)$/.exec(text);
    if (match === null) throw new ConfigError(`Invalid configuration ${setting}: ${text} is not NAME://host:port`);
    const [, name = '', host = '', port = ''] = match;
    if (Number(port) < 0 || Number(port) > 65535) {
      throw new ConfigError(`Invalid configuration ${setting}: ${text} has a port outside 0 to 65535`);
    }
    return { name: name.toUpperCase(), host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
  });
}

function protocolMap(text: string): Map<string, string> {
  return new Map(
    text.split(/\s*,\s*/).map((entry) => {
      const [name, protocol, ...more] = entry.split(':');
      if (name === undefined || protocol === undefined || more.length > 0) {
        throw new ConfigError(`Invalid configuration listener.security.protocol.map: ${entry} is not NAME:PROTOCOL`);
      }
      return [name.trim().toUpperCase(), protocol.trim().toUpperCase()];
    }),
  );
}

function requireDistinct(listeners: readonly Endpoint[]): void {
  for (const [index, { name, port, host }] of listeners.entries()) {
    for (const other of listeners.slice(0, index)) {
      if (other.name === name) throw new ConfigError(`Invalid configuration listeners: two have the name ${name}`);
      if (port !== 0 && other.port === port && other.host === host) {
        throw new ConfigError(`Invalid configuration listeners: ${other.name} and ${name} have the same port ${port}`);
      }
    }
  }
}

/** What to tell clients when nothing is advertised: a wildcard address is no address to connect to. */
function reachableHost(host: string): string {
  return host === '' || host === '0.0.0.0' || host === '::' ? 'localhost' : host;
}
