// The SASL mechanisms of one listener, of its settings.

import { ConfigError, readConfig } from '../../config/index.ts';
import type { Clock, Disk, GetOverHttps, Random } from '../../platform/index.ts';
import {
  LOGIN_MODULES,
  parseLoginContext,
  plainPasswords,
  plainServer,
  type SaslServer,
  SCRAM_MECHANISMS,
  type ScramLogin,
  type ScramMechanism,
  scramServer,
} from '../../security/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { authenticationConfigTable } from './authentication-config.ts';
import { loadOAuthBearer, OAUTH_BEARER_HANDLER } from './oauth-bearer.ts';
import type { SaslMechanism, SaslSettings } from './sasl-authentication.ts';

export interface SaslContext {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly getOverHttps: GetOverHttps;
  /** Secret of this process. */
  readonly decoySecret: Buffer;
  findScramLogin(mechanism: ScramMechanism, name: string, isToken: boolean): Promise<ScramLogin | undefined>;
}

export type Texts = Readonly<Record<string, string | undefined>>;

/** Settings whose names begin with the prefix stand before those without it. */
export function withPrefix(texts: Texts, prefix: string): Texts {
  const own = Object.entries(texts).filter(([name]) => name.startsWith(prefix));
  return { ...texts, ...Object.fromEntries(own.map(([name, text]) => [name.slice(prefix.length), text])) };
}

/** `texts`: the settings of the listener. Throws `ConfigError`. */
export async function loadSaslSettings(texts: Texts, context: SaslContext): Promise<SaslSettings> {
  const config = readConfig(authenticationConfigTable, texts);
  const names = config['sasl.enabled.mechanisms'];
  if (names.length === 0) throw new ConfigError('sasl.enabled.mechanisms names no mechanism');
  const loaded = names.map(async (name) => [name, await loadMechanism(name, texts, context)] as const);
  return {
    mechanisms: new Map(await Promise.all(loaded)),
    maxReceiveBytes: config['sasl.server.max.receive.size'],
    failureDelayMs: config['connection.failed.authentication.delay.ms'],
  };
}

async function loadMechanism(name: string, listenerTexts: Texts, context: SaslContext): Promise<SaslMechanism> {
  const prefix = `${name.toLowerCase()}.`;
  const texts = withPrefix(listenerTexts, prefix);
  const config = readConfig(authenticationConfigTable, texts);
  const load = MECHANISMS.get(name);
  if (load === undefined) {
    throw new ConfigError(`sasl.enabled.mechanisms names ${name}; there are ${[...MECHANISMS.keys()].join(', ')}`);
  }
  // A login context counts for one mechanism only.
  const jaas = listenerTexts[`${prefix}sasl.jaas.config`];
  const createServer = await load(context, { name, texts, jaas });
  return { maxReauthMs: config['connections.max.reauth.ms'], createServer };
}

interface MechanismSettings {
  readonly name: string;
  readonly texts: Texts;
  /** The login context, where one is set. */
  readonly jaas: string | undefined;
}

type CreateServer = () => SaslServer;
type LoadMechanism = (context: SaslContext, settings: MechanismSettings) => CreateServer | Promise<CreateServer>;

const MECHANISMS: ReadonlyMap<string, LoadMechanism> = new Map<string, LoadMechanism>([
  ['PLAIN', plainMechanism],
  ...Array.from(SCRAM_MECHANISMS.values(), (mechanism) => [mechanism.name, scramMechanism(mechanism)] as const),
  ['OAUTHBEARER', oauthBearerMechanism],
]);

function plainMechanism(_context: SaslContext, { name, texts, jaas }: MechanismSettings): CreateServer {
  requireNoHandler(texts);
  if (jaas === undefined) {
    throw new ConfigError(
      `PLAIN needs its users: listener.name.<listener>.plain.sasl.jaas.config=${LOGIN_MODULES.plain} required user_<name>="<password>";`,
    );
  }
  const passwords = plainPasswords(optionsOf(name, jaas, 'plain'));
  return () => plainServer(passwords);
}

function scramMechanism(mechanism: ScramMechanism): LoadMechanism {
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

/** Its login context may name a trust store for the provider of the keys. */
function oauthBearerMechanism(context: SaslContext, { name, texts, jaas }: MechanismSettings): Promise<CreateServer> {
  requireNoHandler(texts, OAUTH_BEARER_HANDLER);
  const options = jaas === undefined ? new Map<string, string>() : optionsOf(name, jaas, 'oauthBearer');
  return loadOAuthBearer(texts, options, context);
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

/** A class that checks passwords would be code of the JVM; who relies on it must not find another check in its place. */
function requireNoHandler(texts: Texts, known?: string): void {
  const handler = texts['sasl.server.callback.handler.class'];
  if (handler !== undefined && handler !== known)
    throw new ConfigError(`sasl.server.callback.handler.class=${handler} cannot be run here`);
}
