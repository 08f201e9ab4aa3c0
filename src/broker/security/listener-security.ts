// How one listener is secured, of its settings: those given for it by its name stand before those for all listeners.

import { ConfigError, readConfig } from '../../config/index.ts';
import type { Disk, Stream, TlsServerSettings } from '../../platform/index.ts';
import { loadServerTls, type PrincipalMapping, principalMapping, subjectOf } from '../../security/index.ts';
import { formatAddress, type ListenerEndpoint, type SecurityProtocol } from '../network/endpoints.ts';
import { ANONYMOUS, type Principal, USER } from '../principal.ts';
import { authenticationConfigTable, DEFAULT_PRINCIPAL_BUILDER } from './authentication-config.ts';
import type { SaslSettings } from './sasl-authentication.ts';
import { loadSaslSettings, type SaslContext, type Texts, withPrefix } from './sasl-mechanisms.ts';

export interface ListenerSecurity {
  readonly tls: TlsServerSettings | undefined;
  readonly sasl: SaslSettings | undefined;
  readonly principalOf: (stream: Stream) => Principal;
}

const ALLOW_PUBLIC = 'allow.public.listeners.without.authentication';

export const isTls = (protocol: SecurityProtocol) => protocol === 'SSL' || protocol === 'SASL_SSL';
export const isSasl = (protocol: SecurityProtocol) => protocol === 'SASL_PLAINTEXT' || protocol === 'SASL_SSL';

/** Reads stores and login contexts. Throws `ConfigError`, which names the listener. */
export async function loadListenerSecurity(
  endpoint: ListenerEndpoint,
  brokerTexts: Texts,
  context: SaslContext,
): Promise<ListenerSecurity> {
  const { name, securityProtocol } = endpoint;
  const texts = withPrefix(brokerTexts, listenerPrefix(name));
  try {
    requireOwnPrincipals(texts);
    const mapping = principalMapping(texts['ssl.principal.mapping.rules'] ?? 'DEFAULT');
    const tls = await loadListenerTls(endpoint, brokerTexts, context.disk);
    if (!isSasl(securityProtocol) && tls?.clientAuth !== 'required') requireLoopback(endpoint, texts);
    return {
      tls,
      sasl: isSasl(securityProtocol) ? await loadSaslSettings(texts, context) : undefined,
      principalOf: (stream) => principalOf(stream, mapping),
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`Cannot secure the listener ${name}: ${error.message}`);
  }
}

/** Reads its stores; undefined where it has no TLS. Throws `ConfigError`. */
export async function loadListenerTls(
  { name, securityProtocol }: ListenerEndpoint,
  brokerTexts: Texts,
  disk: Disk,
): Promise<TlsServerSettings | undefined> {
  if (!isTls(securityProtocol)) return undefined;
  const texts = withPrefix(brokerTexts, listenerPrefix(name));
  if (securityProtocol === 'SSL') return loadServerTls(texts, disk);
  // With SASL, certificates are asked for only where that is said of the very listener (KIP-684).
  return loadServerTls({ ...texts, 'ssl.client.auth': brokerTexts[`${listenerPrefix(name)}ssl.client.auth`] }, disk);
}

export function listenerPrefix(name: string): string {
  return `listener.name.${name.toLowerCase()}.`;
}

/** Whoever reaches a listener that asks nobody who they are may read, write and delete everything; that must be meant. */
function requireLoopback({ host, port }: ListenerEndpoint, texts: Texts): void {
  if (/^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host)) return;
  if (readConfig(authenticationConfigTable, texts)[ALLOW_PUBLIC]) return;
  throw new ConfigError(
    `${formatAddress(host, port)} is open to the network, and clients need not prove who they are; use SASL, or SSL with ssl.client.auth=required, or say that it is meant with ${ALLOW_PUBLIC}=true`,
  );
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
