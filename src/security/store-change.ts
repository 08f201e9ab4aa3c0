// Key stores and trust stores that change while the broker runs, as in KIP-226: what a listener is known by must stay.

import { X509Certificate } from 'node:crypto';
import { ConfigError, readConfig } from '../config/index.ts';
import type { TlsServerSettings } from '../platform/index.ts';
import { subjectOf } from './distinguished-name.ts';
import { sslServerConfigTable } from './ssl-config.ts';

type Texts = Readonly<Record<string, string | undefined>>;

/** Whether the setting, of all listeners or of one, says what a key store or a trust store is. */
export function isStoreSetting(name: string): boolean {
  return /(^|\.)ssl\.(keystore|truststore|key)\.[a-z.]+$/.test(name);
}

/** Throws `ConfigError` where clients could no longer trust the listener, or it would begin to trust others. `texts`: the settings of the listener. */
export function requireSameIdentity(before: TlsServerSettings, after: TlsServerSettings, texts: Texts): void {
  const config = readConfig(sslServerConfigTable, texts);
  const [old, next] = [
    new X509Certificate(before.identity.certificateChain),
    new X509Certificate(after.identity.certificateChain),
  ];
  const [oldName, nextName] = [subjectOf(old.raw), subjectOf(next.raw)];
  if (!config['ssl.allow.dn.changes'] && oldName.toLowerCase() !== nextName.toLowerCase()) {
    throw new ConfigError(
      `the distinguished name of the key store was ${oldName} and would be ${nextName}; ssl.allow.dn.changes allows that`,
    );
  }
  const lost = alternativeNames(old).filter((name) => !alternativeNames(next).includes(name));
  if (!config['ssl.allow.san.changes'] && lost.length > 0) {
    throw new ConfigError(`the new key store is not for ${lost.join(', ')}; ssl.allow.san.changes allows that`);
  }
  if (before.trusted.length === 0 && after.trusted.length > 0) {
    throw new ConfigError('a listener without a trust store cannot get one while it runs');
  }
}

function alternativeNames({ subjectAltName }: X509Certificate): string[] {
  return subjectAltName?.split(', ') ?? [];
}
