// How one listener is secured, of its settings: those given for it by its name stand before those for all listeners.

import { ConfigError, readConfig } from '../../config/index.ts';
import type { Disk, Random, Stream, TlsServerSettings } from '../../platform/index.ts';
import {
  LOGIN_MODULES,
  loadServerTls,
  type PrincipalMapping,
  parseLoginContext,
  plainPasswords,
  plainServer,
  principalMapping,
  type SaslServer,
  SCRAM_MECHANISMS,
  type ScramLogin,
  type ScramMechanism,
  scramServer,
  subjectOf,
} from '../../security/index.ts';
import type { ListenerEndpoint, SecurityProtocol } from '../network/endpoints.ts';
import { ANONYMOUS, type Principal, USER } from '../principal.ts';
import { authenticationConfigTable, DEFAULT_PRINCIPAL_BUILDER } from './authentication-config.ts';
import type { SaslMechanism, SaslSettings } from './sasl-authentication.ts';

export interface ListenerSecurity {
  readonly tls: TlsServerSettings | undefined;
  readonly sasl: SaslSettings | undefined;
  readonly principalOf: (stream: Stream) => Principal;
}

export interface SecurityContext {
  readonly disk: Disk;
  readonly random: Random;
  /** Secret of this process. */
  readonly decoySecret: Buffer;
  findScramLogin(mechanism: ScramMechanism, name: string, isToken: boolean): Promise<ScramLogin | undefined>;
}

type Texts = Readonly<Record<string, string | undefined>>;

export const isTls = (protocol: SecurityProtocol) => protocol === 'SSL' || protocol === 'SASL_SSL';
export const isSasl = (protocol: SecurityProtocol) => protocol === 'SASL_PLAINTEXT' || protocol === 'SASL_SSL';

/** Reads stores and login contexts. Throws `ConfigError`, which names the listener. */
export async function loadListenerSecurity(
  { name, securityProtocol }: ListenerEndpoint,
  brokerTexts: Texts,
  context: SecurityContext,
): Promise<ListenerSecurity> {
  const texts = withPrefix(brokerTexts, `listener.name.${name.toLowerCase()}.`);
  try {
    requireOwnPrincipals(texts);
    const mapping = principalMapping(texts['ssl.principal.mapping.rules'] ?? 'DEFAULT');
    return {
      tls: isTls(securityProtocol)
        ? await loadServerTls(tlsTexts(name, securityProtocol, texts), context.disk)
        : undefined,
      sasl: isSasl(securityProtocol) ? saslSettings(texts, context) : undefined,
      principalOf: (stream) => principalOf(stream, mapping),
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`Cannot secure the listener ${name}: ${error.message}`);
  }
}

/** With SASL, certificates are asked for only where that is said of the very listener (KIP-684). */
function tlsTexts(name: string, protocol: SecurityProtocol, texts: Texts): Texts {
  if (protocol === 'SSL') return texts;
  return { ...texts, 'ssl.client.auth': texts[`listener.name.${name.toLowerCase()}.ssl.client.auth`] };
}

function withPrefix(texts: Texts, prefix: string): Texts {
  const own = Object.entries(texts).filter(([name]) => name.startsWith(prefix));
  return { ...texts, ...Object.fromEntries(own.map(([name, text]) => [name.slice(prefix.length), text])) };
}

function principalOf({ tls }: Stream, mapping: PrincipalMapping): Principal {
  if (tls?.peerCertificate === undefined) return ANONYMOUS;
  const subject = subjectOf(tls.peerCertificate);
  const name = mapping(subject);
  if (name === undefined) throw new Error(`no rule of ssl.principal.mapping.rules applies to ${subject}`);
  return { type: USER, name, isTokenAuthenticated: false };
}

function saslSettings(texts: Texts, context: SecurityContext): SaslSettings {
  const config = readConfig(authenticationConfigTable, texts);
  const names = config['sasl.enabled.mechanisms'];
  if (names.length === 0) throw new ConfigError('sasl.enabled.mechanisms names no mechanism');
  return {
    mechanisms: new Map(names.map((name) => [name, saslMechanism(name, texts, context)])),
    maxReceiveBytes: config['sasl.server.max.receive.size'],
    failureDelayMs: config['connection.failed.authentication.delay.ms'],
  };
}

function saslMechanism(name: string, listenerTexts: Texts, context: SecurityContext): SaslMechanism {
  const prefix = `${name.toLowerCase()}.`;
  const texts = withPrefix(listenerTexts, prefix);
  const config = readConfig(authenticationConfigTable, texts);
  const create = MECHANISMS.get(name);
  if (create === undefined) {
    throw new ConfigError(`sasl.enabled.mechanisms names ${name}; there are ${[...MECHANISMS.keys()].join(', ')}`);
  }
  // A login context counts for one mechanism only.
  const jaas = listenerTexts[`${prefix}sasl.jaas.config`];
  return { maxReauthMs: config['connections.max.reauth.ms'], createServer: create(context, { name, texts, jaas }) };
}

interface MechanismSettings {
  readonly name: string;
  readonly texts: Texts;
  /** The login context, where one is set. */
  readonly jaas: string | undefined;
}

type CreateMechanism = (context: SecurityContext, settings: MechanismSettings) => () => SaslServer;

const MECHANISMS: ReadonlyMap<string, CreateMechanism> = new Map([
  ['PLAIN', plainMechanism],
  ...Array.from(SCRAM_MECHANISMS.values(), (mechanism) => [mechanism.name, scramMechanism(mechanism)] as const),
]);

function plainMechanism(_context: SecurityContext, { name, texts, jaas }: MechanismSettings): () => SaslServer {
  requireNoHandler(texts);
  if (jaas === undefined) {
    throw new ConfigError(
      `PLAIN needs its users: listener.name.<listener>.plain.sasl.jaas.config=${LOGIN_MODULES.plain} required user_<name>="<password>";`,
    );
  }
  const passwords = plainPasswords(optionsOf(name, jaas, 'plain'));
  return () => plainServer(passwords);
}

function scramMechanism(mechanism: ScramMechanism): CreateMechanism {
  return ({ random, decoySecret, findScramLogin }, { name, texts, jaas }) => {
    requireNoHandler(texts);
    // Its users are in the metadata. Kafka asks for an empty login context, which may be left out here.
    if (jaas !== undefined) optionsOf(name, jaas, 'scram');
    return () =>
      scramServer({
        mechanism,
        random,
        decoySecret,
        find: (user, isToken) => findScramLogin(mechanism, user, isToken),
      });
  };
}

function optionsOf(mechanism: string, jaas: string, module: keyof typeof LOGIN_MODULES): ReadonlyMap<string, string> {
  const setting = `${mechanism.toLowerCase()}.sasl.jaas.config`;
  const context = parseLoginContext(setting, jaas);
  if (context.module !== module) {
    throw new ConfigError(
      `Invalid configuration ${setting}: the login module of ${mechanism} is ${LOGIN_MODULES[module]}`,
    );
  }
  return context.options;
}

function requireOwnPrincipals(texts: Texts): void {
  const { 'principal.builder.class': builder } = readConfig(authenticationConfigTable, texts);
  if (builder !== DEFAULT_PRINCIPAL_BUILDER)
    throw new ConfigError(`principal.builder.class=${builder} cannot be run here`);
}

/** A class that checks passwords would be code of the JVM; who relies on it must not find another check in its place. */
function requireNoHandler(texts: Texts): void {
  const handler = texts['sasl.server.callback.handler.class'];
  if (handler !== undefined) throw new ConfigError(`sasl.server.callback.handler.class=${handler} cannot be run here`);
}
