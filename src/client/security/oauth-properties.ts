// Where the tokens of OAUTHBEARER come from, by Kafka's property names (KIP-255, KIP-768): an OAuth 2 server, a file, or made here without a
// signature, for brokers under test.

import { fileURLToPath } from 'node:url';
import { ConfigError, password, string } from '../../config/index.ts';
import type { Clock, Disk } from '../../platform/index.ts';
import type { OAuthBearerLogin } from './security-options.ts';
import type { OAuthToken } from './token-source.ts';

export const oauthConfigTable = {
  'sasl.oauthbearer.token.endpoint.url': string({ default: null, doc: 'Where tokens are given out, or a file: URL.' }),
  'sasl.oauthbearer.client.credentials.client.id': string({ default: null, doc: 'Who asks for tokens.' }),
  'sasl.oauthbearer.client.credentials.client.secret': password({ default: null, doc: 'The secret of who asks.' }),
  'sasl.oauthbearer.scope': string({ default: null, doc: 'What a token should be good for.' }),
} as const;

type OAuthConfig = { readonly [Name in keyof typeof oauthConfigTable]: string | null };

/** What an OAuth 2 server is asked with: the grant of client credentials (RFC 6749, section 4.4). */
export interface TokenRequest {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string | undefined;
}

/** Resolves to a JWT. */
export type RequestToken = (request: TokenRequest, signal: AbortSignal) => Promise<string>;

/** What getting a token takes. */
export interface LoginTools {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly requestToken?: RequestToken | undefined;
}

const SUBJECT = 'unsecuredLoginStringClaim_sub';
const LIFETIME = 'unsecuredLoginLifetimeSeconds';
const DEFAULT_LIFETIME_S = 3600;

/** `login` are the options of the login context; they stand in for properties that say the same. */
export function oauthLogin(
  config: OAuthConfig,
  login: ReadonlyMap<string, string>,
  tools: LoginTools,
): OAuthBearerLogin {
  const url = config['sasl.oauthbearer.token.endpoint.url'];
  if (url === null) {
    const token = async () => unsecuredToken(login, tools.clock);
    if (!login.has(SUBJECT)) throw new ConfigError('OAUTHBEARER needs sasl.oauthbearer.token.endpoint.url');
    return { mechanism: 'OAUTHBEARER', token, extensions: extensionsOf(login, 'unsecuredLoginExtension_') };
  }
  const extensions = extensionsOf(login, 'extension_');
  if (url.startsWith('file:')) {
    const token = async () => withExpiry((await tools.disk.readFile(fileURLToPath(url))).toString('utf8').trim());
    return { mechanism: 'OAUTHBEARER', token, extensions };
  }
  const { requestToken } = tools;
  if (requestToken === undefined) throw new ConfigError('sasl.oauthbearer.token.endpoint.url must be a file: URL here');
  const request = tokenRequest(url, config, login);
  return {
    mechanism: 'OAUTHBEARER',
    token: async (signal) => withExpiry(await requestToken(request, signal)),
    extensions,
  };
}

function tokenRequest(url: string, config: OAuthConfig, login: ReadonlyMap<string, string>): TokenRequest {
  const clientId = config['sasl.oauthbearer.client.credentials.client.id'] ?? login.get('clientId');
  const clientSecret = config['sasl.oauthbearer.client.credentials.client.secret'] ?? login.get('clientSecret');
  if (clientId === undefined || clientSecret === undefined) {
    throw new ConfigError('OAUTHBEARER needs sasl.oauthbearer.client.credentials.client.id and its client.secret');
  }
  return { url, clientId, clientSecret, scope: config['sasl.oauthbearer.scope'] ?? login.get('scope') };
}

/** An unsecured JWS (RFC 7515, appendix A.5). */
function unsecuredToken(login: ReadonlyMap<string, string>, clock: Clock): OAuthToken {
  const lifetimeS = Number(login.get(LIFETIME) ?? DEFAULT_LIFETIME_S);
  const iat = clock.now() / 1000;
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
  return withExpiry(`${part({ alg: 'none' })}.${part({ sub: login.get(SUBJECT), iat, exp: iat + lifetimeS })}.`);
}

/** The end of a token's life is in its claims (RFC 7519, section 4.1.4); one that is no JWT has none that we know. */
function withExpiry(value: string): OAuthToken {
  try {
    const claims: unknown = JSON.parse(Buffer.from(value.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const isKnown = typeof claims === 'object' && claims !== null && 'exp' in claims && typeof claims.exp === 'number';
    return isKnown ? { value, expiresAtMs: Number(claims.exp) * 1000 } : { value };
  } catch {
    return { value };
  }
}

function extensionsOf(login: ReadonlyMap<string, string>, prefix: string): Record<string, string> {
  const named = [...login].filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(named.map(([name, value]) => [name.slice(prefix.length), value]));
}
