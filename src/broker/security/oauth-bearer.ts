// OAUTHBEARER of one listener: where its keys come from, and what its tokens must say.

import { fileURLToPath } from 'node:url';
import { ConfigError, type ConfigValues, readConfig } from '../../config/index.ts';
import {
  jwtValidator,
  type KeySource,
  keyEndpoint,
  keyFile,
  loadClientTls,
  oauthBearerServer,
  type SaslServer,
  SigningKeys,
} from '../../security/index.ts';
import { oauthBearerConfigTable } from './oauth-bearer-config.ts';
import type { SaslContext, Texts } from './sasl-mechanisms.ts';

/** Kafka's class that checks what is checked here. */
export const OAUTH_BEARER_HANDLER = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler';

type OAuthBearerConfig = ConfigValues<typeof oauthBearerConfigTable>;

/** The settings in force, but those of OAUTHBEARER as they were at the start: nobody may turn the broker to another provider by a request. */
export function withoutOAuthChanges(effective: Texts, atStart: Texts): Texts {
  const isOAuth = ([name]: readonly [string, unknown]) => name.includes('sasl.oauthbearer.');
  return Object.fromEntries([
    ...Object.entries(effective).filter((entry) => !isOAuth(entry)),
    ...Object.entries(atStart).filter(isOAuth),
  ]);
}

/** `options`: those of the login context. Throws `ConfigError`, also when the keys cannot be read. */
export async function loadOAuthBearer(
  texts: Texts,
  options: ReadonlyMap<string, string>,
  context: SaslContext,
): Promise<() => SaslServer> {
  const { clock, logger } = context;
  const config = readConfig(oauthBearerConfigTable, texts);
  const issuer = config['sasl.oauthbearer.expected.issuer'];
  const audiences = config['sasl.oauthbearer.expected.audience'];
  if (issuer === null || audiences.length === 0) {
    // Else a token that the provider gave for any other service would open this one.
    throw new ConfigError('OAUTHBEARER needs sasl.oauthbearer.expected.issuer and sasl.oauthbearer.expected.audience');
  }
  const source = await keySource(config, options, context);
  const { location } = source;
  const keys = await SigningKeys.load({
    source,
    clock,
    retryBackoffMs: config['sasl.oauthbearer.jwks.endpoint.retry.backoff.ms'],
    retryBackoffMaxMs: config['sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms'],
    onFailure: (err) => logger.warn({ err, location }, 'the keys of OAUTHBEARER could not be read again'),
  }).catch((error: unknown) => {
    throw new ConfigError(`Cannot read the keys of OAUTHBEARER from ${location}: ${(error as Error).message}`);
  });
  const rules = {
    issuer,
    audiences,
    clockSkewSeconds: config['sasl.oauthbearer.clock.skew.seconds'],
    scopeClaim: config['sasl.oauthbearer.scope.claim.name'],
    subjectClaim: config['sasl.oauthbearer.sub.claim.name'],
  };
  const validate = jwtValidator(keys, rules, clock);
  return () =>
    oauthBearerServer({ validate, onRefused: (reason) => logger.info({ issuer, reason }, 'a token was refused') });
}

async function keySource(
  config: OAuthBearerConfig,
  options: ReadonlyMap<string, string>,
  { disk, clock, getOverHttps }: SaslContext,
): Promise<KeySource> {
  const text = config['sasl.oauthbearer.jwks.endpoint.url'] ?? '';
  const url = URL.parse(text);
  if (url?.protocol === 'file:') return keyFile(fileURLToPath(url), disk);
  if (url?.protocol !== 'https:') {
    throw new ConfigError(
      `Invalid value ${text} for configuration sasl.oauthbearer.jwks.endpoint.url: it must be an https: or file: URL`,
    );
  }
  const { trusted } = await loadClientTls(Object.fromEntries(options), disk);
  const refreshMs = config['sasl.oauthbearer.jwks.endpoint.refresh.ms'];
  return keyEndpoint({ url, trusted, refreshMs, getOverHttps, clock });
}
