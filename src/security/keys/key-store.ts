// Key stores and trust stores in all forms that Kafka takes, brought into one: a private key with its certificates, and the certificates that are
// trusted.

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { TlsIdentity } from '../../platform/index.ts';
import { decryptJksKey, isJks, readJks } from './jks.ts';
import { type PemBlock, pemBlocks, toPem } from './pem.ts';
import { readPkcs12 } from './pkcs12.ts';

export interface KeyStorePasswords {
  /** Of the file. */
  readonly store: string;
  /** Of the key in it; where undefined that of the file. */
  readonly key: string | undefined;
}

const CERTIFICATE = 'CERTIFICATE';

/**
 * The identity in a store. Java's `JKS` reads PKCS #12 too, so what the file is says its content. Throws with the reason when there is no
 * private key, or none that these passwords open.
 */
export function identityOf(bytes: Buffer, type: string, passwords: KeyStorePasswords): TlsIdentity {
  if (type === 'PEM') return pemIdentity(bytes.toString(), bytes.toString(), passwords.key);
  const keyPassword = passwords.key ?? passwords.store;
  if (isJks(bytes)) {
    const [entry] = readJks(bytes, passwords.store).keys;
    if (entry === undefined) throw new Error('there is no private key in it');
    const plain = decryptJksKey(entry.encrypted, keyPassword);
    return toIdentity(createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' }), entry.chain);
  }
  const { keys, certificates } = readPkcs12(bytes, passwords.store);
  const [entry] = keys;
  if (entry === undefined) throw new Error('there is no private key in it');
  const key = createPrivateKey({
    key: entry.bytes,
    format: 'der',
    type: 'pkcs8',
    ...(entry.isEncrypted && { passphrase: keyPassword }),
  });
  const all = certificates.map((certificate) => certificate.bytes);
  return toIdentity(key, chainOf(key, all));
}

/** The identity of a key and certificates that are given as PEM texts. A key that is encrypted needs its password. */
export function pemIdentity(keyText: string, chainText: string, password: string | undefined): TlsIdentity {
  const key = pemBlocks(keyText).find(({ label }) => label.endsWith('PRIVATE KEY'));
  if (key === undefined) throw new Error('there is no private key in it');
  const pem = toPem(key.label, key.bytes);
  const opened = createPrivateKey({ key: pem, ...(password !== undefined && { passphrase: password }) });
  return toIdentity(opened, certificatesOf(pemBlocks(chainText)));
}

/** The certificates, in PEM, that a store trusts. */
export function trustedOf(bytes: Buffer, type: string, password: string): string[] {
  const certificates = type === 'PEM' ? certificatesOf(pemBlocks(bytes.toString())) : trustedInStore(bytes, password);
  if (certificates.length === 0) throw new Error('there is no trusted certificate in it');
  return certificates.map((certificate) => toPem(CERTIFICATE, certificate));
}

function trustedInStore(bytes: Buffer, password: string): readonly Buffer[] {
  if (isJks(bytes)) return readJks(bytes, password).trusted;
  const { keys, certificates } = readPkcs12(bytes, password);
  // Certificates that only lead from a key to its authority are not trusted for that.
  return certificates.filter(({ isMarkedTrusted }) => isMarkedTrusted || keys.length === 0).map((one) => one.bytes);
}

function certificatesOf(blocks: readonly PemBlock[]): Buffer[] {
  return blocks.filter(({ label }) => label === CERTIFICATE).map(({ bytes }) => bytes);
}

function toIdentity(key: KeyObject, chain: readonly Buffer[]): TlsIdentity {
  const [own] = chain;
  if (own === undefined) throw new Error('there is no certificate for the private key in it');
  if (!new X509Certificate(own).checkPrivateKey(key)) throw new Error('its first certificate is not that of its key');
  return {
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificateChain: chain.map((certificate) => toPem(CERTIFICATE, certificate)).join(''),
  };
}

/** The certificate of the key, then each one's issuer, as far as they are there. */
function chainOf(key: KeyObject, certificates: readonly Buffer[]): Buffer[] {
  const left = certificates.map((bytes) => new X509Certificate(bytes));
  const chain: Buffer[] = [];
  let next = left.find((certificate) => certificate.checkPrivateKey(key));
  while (next !== undefined) {
    const current = next;
    chain.push(current.raw);
    left.splice(left.indexOf(current), 1);
    next = left.find((issuer) => current.checkIssued(issuer));
  }
  return chain;
}
