// The security of a client by Kafka's property names: files that Kafka's own tools are given do here as well.

import { ConfigError, type ConfigValues, password, readConfig, string } from '../../config/index.ts';
import { type Clock, createNodePlatform, type Disk } from '../../platform/index.ts';
import {
  LOGIN_MODULES,
  type LoginContext,
  loadClientTls,
  parseLoginContext,
  SCRAM_MECHANISMS,
  sslConfigTable,
} from '../../security/index.ts';
import { type LoginTools, oauthConfigTable, oauthLogin, type RequestToken } from './oauth-properties.ts';
import type { SaslOptions, SecurityOptions } from './security-options.ts';

const PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'];

const protocolTable = {
  'security.protocol': string({ default: 'PLAINTEXT', doc: `One of ${PROTOCOLS.join(', ')}.` }),
  'sasl.mechanism': string({ default: 'GSSAPI', doc: 'PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER.' }),
  'sasl.jaas.config': password({ default: null, doc: 'The login context with user and password.' }),
  ...oauthConfigTable,
} as const;

/** The properties that `readSecurityProperties` knows. */
export const SECURITY_PROPERTIES: ReadonlySet<string> = new Set([
  ...Object.keys(protocolTable),
  ...Object.keys(sslConfigTable),
]);

/** What reading the properties needs from outside. */
export interface SecurityPropertiesOptions {
  /** Where key stores and files with tokens are. Default: the machine's. */
  readonly disk?: Disk;
  readonly clock?: Clock;
  /** Gets a token from an OAuth 2 server. Without it `sasl.oauthbearer.token.endpoint.url` may name files only. */
  readonly requestToken?: RequestToken | undefined;
}

/**
 * Reads what the properties say; other properties are left alone. Rejects with `ConfigError`, which never holds a secret, for what is missing, cannot
 * be read or does not go together.
 *
 * @example
 * const properties = { 'security.protocol': 'SSL', 'ssl.truststore.type': 'PEM', 'ssl.truststore.location': 'authority.pem' };
 * const security = await readSecurityProperties(properties);
 * await using admin = new Admin({ bootstrapServers: 'broker:9093', security });
 */
export async function readSecurityProperties(
  properties: Readonly<Record<string, string | undefined>>,
  options: SecurityPropertiesOptions = {},
): Promise<SecurityOptions> {
  const tools = { ...createNodePlatform(), ...options };
  const config = readConfig(protocolTable, properties);
  const protocol = config['security.protocol'].toUpperCase();
  if (!PROTOCOLS.includes(protocol)) {
    throw new ConfigError(
      `Invalid value ${protocol} for configuration security.protocol: it must be one of ${PROTOCOLS.join(', ')}`,
    );
  }
  return {
    ...(protocol.endsWith('SSL') && { tls: await loadClientTls(properties, tools.disk) }),
    ...(protocol.startsWith('SASL') && { sasl: saslOf(config, tools) }),
  };
}

function saslOf(config: ConfigValues<typeof protocolTable>, tools: LoginTools): SaslOptions {
  const mechanism = config['sasl.mechanism'];
  const login = (module: LoginContext['module']) => loginContext(config['sasl.jaas.config'], mechanism, module);
  if (mechanism === 'PLAIN') return { mechanism, ...userOf(login('plain')) };
  if (mechanism === 'OAUTHBEARER') return oauthLogin(config, login('oauthBearer').options, tools);
  const scram = [...SCRAM_MECHANISMS.values()].find(({ name }) => name === mechanism);
  if (scram === undefined) {
    throw new ConfigError(
      `Invalid value ${mechanism} for configuration sasl.mechanism: it must be one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER`,
    );
  }
  const context = login('scram');
  const isDelegationToken = context.options.get('tokenauth')?.toLowerCase() === 'true';
  return { mechanism: scram.name, ...userOf(context), isDelegationToken };
}

function loginContext(text: string | null, mechanism: string, module: LoginContext['module']): LoginContext {
  if (text === null) throw new ConfigError(`sasl.mechanism=${mechanism} needs sasl.jaas.config`);
  const context = parseLoginContext('sasl.jaas.config', text);
  if (context.module === module) return context;
  throw new ConfigError(`sasl.mechanism=${mechanism} needs ${LOGIN_MODULES[module]} in sasl.jaas.config`);
}

function userOf({ options }: LoginContext): { username: string; password: string } {
  const username = options.get('username');
  const secret = options.get('password');
  if (username === undefined || secret === undefined) {
    throw new ConfigError('Invalid configuration sasl.jaas.config: it needs username and password');
  }
  return { username, password: secret };
}
