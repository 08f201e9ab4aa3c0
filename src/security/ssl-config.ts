// The settings of TLS, by Kafka's names, and what becomes of them. Brokers and clients have the same.

import { boolean, ConfigError, type ConfigValues, list, password, readConfig, string } from '../config/index.ts';
import type { Disk, TlsClientSettings, TlsIdentity, TlsServerSettings, TlsVersion } from '../platform/index.ts';
import { identityOf, pemIdentity, trustedOf } from './keys/key-store.ts';

const PER_BROKER = { updateMode: 'per-broker' } as const;
const STORE_TYPES = ['JKS', 'PKCS12', 'PEM'];
const VERSIONS: readonly TlsVersion[] = ['TLSv1.2', 'TLSv1.3'];

export const sslConfigTable = {
  'ssl.keystore.type': string({
    default: 'JKS',
    doc: 'The format of the key store: JKS, PKCS12 or PEM.',
    ...PER_BROKER,
  }),
  'ssl.keystore.location': string({
    default: null,
    doc: 'The file with the private key and its certificates.',
    ...PER_BROKER,
  }),
  'ssl.keystore.password': password({ default: null, doc: 'The password of the key store.', ...PER_BROKER }),
  'ssl.keystore.key': password({ default: null, doc: 'The private key as PEM text.', ...PER_BROKER }),
  'ssl.keystore.certificate.chain': password({
    default: null,
    doc: 'The certificate chain as PEM text.',
    ...PER_BROKER,
  }),
  'ssl.key.password': password({ default: null, doc: 'The password of the private key.', ...PER_BROKER }),
  'ssl.truststore.type': string({
    default: 'JKS',
    doc: 'The format of the trust store: JKS, PKCS12 or PEM.',
    ...PER_BROKER,
  }),
  'ssl.truststore.location': string({ default: null, doc: 'The file with trusted certificates.', ...PER_BROKER }),
  'ssl.truststore.password': password({ default: null, doc: 'The password of the trust store.', ...PER_BROKER }),
  'ssl.truststore.certificates': password({
    default: null,
    doc: 'Trusted certificates as PEM text.',
    ...PER_BROKER,
  }),
  'ssl.enabled.protocols': list({
    default: 'TLSv1.2,TLSv1.3',
    doc: 'Versions of TLS that connections may use.',
    ...PER_BROKER,
  }),
  'ssl.protocol': string({
    default: 'TLSv1.3',
    oneOf: ['TLS', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
    doc: "What Java's TLS starts from. Which versions connections use, ssl.enabled.protocols says, in Kafka too.",
    ...PER_BROKER,
  }),
  'ssl.cipher.suites': list({
    default: '',
    doc: 'Cipher suites that TLS may use; all that the runtime allows without it.',
    ...PER_BROKER,
  }),
  'ssl.endpoint.identification.algorithm': string({
    default: 'https',
    doc: "How a client checks the name in a server's certificate; empty for not at all.",
    ...PER_BROKER,
  }),
} as const;

/** What only a broker has. */
export const sslServerConfigTable = {
  ...sslConfigTable,
  'ssl.client.auth': string({
    default: 'none',
    oneOf: ['none', 'requested', 'required'],
    doc: 'Whether clients need a certificate: required, requested or none.',
    ...PER_BROKER,
  }),
  'ssl.principal.mapping.rules': string({
    default: 'DEFAULT',
    doc: 'Rules that make principals of distinguished names in client certificates.',
  }),
  'ssl.allow.dn.changes': boolean({
    default: 'false',
    doc: 'Whether a new key store may have another distinguished name.',
  }),
  'ssl.allow.san.changes': boolean({
    default: 'false',
    doc: 'Whether a new key store may lack alternative names of the old one.',
  }),
} as const;

export type SslConfig = ConfigValues<typeof sslConfigTable>;
export type SslServerConfig = ConfigValues<typeof sslServerConfigTable>;
type Texts = Readonly<Record<string, string | undefined>>;

/** Reads the stores. Throws `ConfigError` when something is missing, cannot be read or does not go together. */
export async function loadServerTls(texts: Texts, disk: Disk): Promise<TlsServerSettings> {
  const config = readConfig(sslServerConfigTable, texts);
  const identity = await loadIdentity(config, disk);
  if (identity === undefined) {
    throw new ConfigError('TLS needs a key: set ssl.keystore.location, or ssl.keystore.key and its certificate chain');
  }
  const trusted = await loadTrusted(config, disk);
  const clientAuth = config['ssl.client.auth'] as TlsServerSettings['clientAuth'];
  if (clientAuth !== 'none' && trusted === undefined) {
    // Else whoever has a certificate of any authority in the world would be let in.
    throw new ConfigError(`ssl.client.auth=${clientAuth} needs ssl.truststore.location or ssl.truststore.certificates`);
  }
  return { ...limitsOf(config), identity, clientAuth, trusted: trusted ?? [] };
}

/** The same for a client. Without a trust store it trusts the authorities that Node knows. */
export async function loadClientTls(texts: Texts, disk: Disk): Promise<TlsClientSettings> {
  const config = readConfig(sslConfigTable, texts);
  const identity = await loadIdentity(config, disk);
  const trusted = await loadTrusted(config, disk);
  return {
    ...limitsOf(config),
    ...(identity && { identity }),
    ...(trusted && { trusted }),
    checksHost: config['ssl.endpoint.identification.algorithm'] !== '',
  };
}

async function loadIdentity(config: SslConfig, disk: Disk): Promise<TlsIdentity | undefined> {
  const location = config['ssl.keystore.location'];
  const key = config['ssl.keystore.key'];
  const keyPassword = config['ssl.key.password'] ?? undefined;
  if (key !== null) {
    const chain = config['ssl.keystore.certificate.chain'] ?? '';
    return read('ssl.keystore.key', () => pemIdentity(key, chain, keyPassword));
  }
  if (location === null) return undefined;
  const type = storeType('ssl.keystore.type', config['ssl.keystore.type']);
  const passwords = { store: config['ssl.keystore.password'] ?? '', key: keyPassword };
  return readStore('ssl.keystore.location', location, disk, (bytes) => identityOf(bytes, type, passwords));
}

async function loadTrusted(config: SslConfig, disk: Disk): Promise<string[] | undefined> {
  const certificates = config['ssl.truststore.certificates'];
  if (certificates !== null) {
    return read('ssl.truststore.certificates', () => trustedOf(Buffer.from(certificates), 'PEM', ''));
  }
  const location = config['ssl.truststore.location'];
  if (location === null) return undefined;
  const type = storeType('ssl.truststore.type', config['ssl.truststore.type']);
  const storePassword = config['ssl.truststore.password'] ?? '';
  return readStore('ssl.truststore.location', location, disk, (bytes) => trustedOf(bytes, type, storePassword));
}

function storeType(setting: string, text: string): string {
  const type = text.toUpperCase();
  if (STORE_TYPES.includes(type)) return type;
  throw new ConfigError(
    `Invalid value ${text} for configuration ${setting}: it must be one of ${STORE_TYPES.join(', ')}`,
  );
}

async function readStore<T>(setting: string, path: string, disk: Disk, use: (bytes: Buffer) => T): Promise<T> {
  try {
    return use(await disk.readFile(path));
  } catch (error) {
    throw asConfigError(`${setting} ${path}`, error);
  }
}

function read<T>(setting: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw asConfigError(setting, error);
  }
}

function asConfigError(what: string, error: unknown): ConfigError {
  return new ConfigError(`Cannot use ${what}: ${error instanceof Error ? error.message : String(error)}`);
}

function limitsOf(config: SslConfig) {
  const names = config['ssl.enabled.protocols'];
  const enabled = VERSIONS.filter((version) => names.includes(version));
  const unknown = names.find((name) => !VERSIONS.some((version) => version === name));
  const [minVersion] = enabled;
  const maxVersion = enabled.at(-1);
  if (unknown !== undefined || minVersion === undefined || maxVersion === undefined) {
    throw new ConfigError(
      `Invalid value ${names.join(',')} for configuration ssl.enabled.protocols: there are ${VERSIONS.join(' and ')}`,
    );
  }
  const suites = config['ssl.cipher.suites'];
  if (suites.length === 0) return { minVersion, maxVersion };
  // Node would allow those of TLS 1.3 unless some are named.
  const hasNewest = suites.some(isTls13Suite);
  if (!hasNewest && minVersion === 'TLSv1.3') {
    throw new ConfigError(
      'Invalid configuration ssl.cipher.suites: none of them is of TLS 1.3, and nothing else is enabled',
    );
  }
  return { minVersion, maxVersion: hasNewest ? maxVersion : 'TLSv1.2', cipherSuites: suites.map(openSslName) } as const;
}

function isTls13Suite(name: string): boolean {
  return name.startsWith('TLS_') && !name.includes('_WITH_');
}

/** `ECDHE-RSA-AES256-GCM-SHA384` for `TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384`, as Java and the RFCs write it. */
function openSslName(name: string): string {
  if (!name.includes('_WITH_')) return name;
  return name
    .replace(/^TLS_(RSA_WITH_)?/, '')
    .replace('_WITH_', '_')
    .replace(/AES_(128|256)/, 'AES$1')
    .replace('_CBC', '')
    .replace(/(POLY1305)_SHA256$/, '$1')
    .replaceAll('_', '-');
}
