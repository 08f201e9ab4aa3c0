// How one listener is secured, of its settings: those given for it by its name stand before those for all listeners.

import { ConfigError, readConfig } from '../../config/index.ts';
import type { Stream, TlsServerSettings } from '../../platform/index.ts';
import { loadServerTls, type PrincipalMapping, principalMapping, subjectOf } from '../../security/index.ts';
import type { ListenerEndpoint, SecurityProtocol } from '../network/endpoints.ts';
import { ANONYMOUS, type Principal, USER } from '../principal.ts';
import { authenticationConfigTable, DEFAULT_PRINCIPAL_BUILDER } from './authentication-config.ts';
import type { SaslSettings } from './sasl-authentication.ts';
import { loadSaslSettings, type SaslContext, type Texts, withPrefix } from './sasl-mechanisms.ts';

export interface ListenerSecurity {
  readonly tls: TlsServerSettings | undefined;
  readonly sasl: SaslSettings | undefined;
  readonly principalOf: (stream: Stream) => Principal;
}

export const isTls = (protocol: SecurityProtocol) => protocol === 'SSL' || protocol === 'SASL_SSL';
export const isSasl = (protocol: SecurityProtocol) => protocol === 'SASL_PLAINTEXT' || protocol === 'SASL_SSL';

/** Reads stores and login contexts. Throws `ConfigError`, which names the listener. */
export async function loadListenerSecurity(
  { name, securityProtocol }: ListenerEndpoint,
  brokerTexts: Texts,
  context: SaslContext,
): Promise<ListenerSecurity> {
  const texts = withPrefix(brokerTexts, `listener.name.${name.toLowerCase()}.`);
  try {
    requireOwnPrincipals(texts);
    const mapping = principalMapping(texts['ssl.principal.mapping.rules'] ?? 'DEFAULT');
    return {
      tls: isTls(securityProtocol)
        ? await loadServerTls(tlsTexts(name, securityProtocol, texts), context.disk)
        : undefined,
      sasl: isSasl(securityProtocol) ? await loadSaslSettings(texts, context) : undefined,
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

function principalOf({ tls }: Stream, mapping: PrincipalMapping): Principal {
  if (tls?.peerCertificate === undefined) return ANONYMOUS;
  const subject = subjectOf(tls.peerCertificate);
  const name = mapping(subject);
  if (name === undefined) throw new Error(`no rule of ssl.principal.mapping.rules applies to ${subject}`);
  return { type: USER, name, isTokenAuthenticated: false };
}

function requireOwnPrincipals(texts: Texts): void {
  const { 'principal.builder.class': builder } = readConfig(authenticationConfigTable, texts);
  if (builder !== DEFAULT_PRINCIPAL_BUILDER)
    throw new ConfigError(`principal.builder.class=${builder} cannot be run here`);
}
