// Settings of TLS and of Java's security providers that no module of ours reads yet.

import type { ConfigTable } from '../../config/index.ts';
import { unused } from './setting.ts';

export const sslSettings: ConfigTable = {
  'security.providers': unused('string', null, 'Java classes that add security providers.'),
  'ssl.allow.dn.changes': unused('boolean', 'false', 'Whether a new key store may have another distinguished name.'),
  'ssl.allow.san.changes': unused(
    'boolean',
    'false',
    'Whether a new key store may lack alternative names of the old one.',
  ),
  'ssl.cipher.suites': unused(
    'list',
    '',
    'Cipher suites that TLS may use; all that the runtime allows without it.',
    'per-broker',
  ),
  'ssl.client.auth': unused(
    'string',
    'none',
    'Whether clients need a certificate: required, requested or none.',
    'per-broker',
  ),
  'ssl.enabled.protocols': unused('list', 'TLSv1.2,TLSv1.3', 'Versions of TLS that connections may use.', 'per-broker'),
  'ssl.endpoint.identification.algorithm': unused(
    'string',
    'https',
    "How the name in a server's certificate is checked.",
    'per-broker',
  ),
  'ssl.engine.factory.class': unused('class', null, 'A Java class that makes TLS engines.', 'per-broker'),
  'ssl.key.password': unused('password', null, 'The password of the private key.', 'per-broker'),
  'ssl.keymanager.algorithm': unused('string', 'SunX509', "The algorithm of Java's key manager.", 'per-broker'),
  'ssl.keystore.certificate.chain': unused('password', null, 'The certificate chain as PEM text.', 'per-broker'),
  'ssl.keystore.key': unused('password', null, 'The private key as PEM text.', 'per-broker'),
  'ssl.keystore.location': unused('string', null, 'The file with the private key and its certificates.', 'per-broker'),
  'ssl.keystore.password': unused('password', null, 'The password of the key store.', 'per-broker'),
  'ssl.keystore.type': unused('string', 'JKS', 'The format of the key store.', 'per-broker'),
  'ssl.principal.mapping.rules': unused(
    'string',
    'DEFAULT',
    'Rules that make principals of distinguished names in client certificates.',
  ),
  'ssl.protocol': unused('string', 'TLSv1.3', 'The newest version of TLS to use.', 'per-broker'),
  'ssl.provider': unused('string', null, 'The Java provider of TLS.', 'per-broker'),
  'ssl.secure.random.implementation': unused('string', null, "Java's random generator for TLS.", 'per-broker'),
  'ssl.trustmanager.algorithm': unused('string', 'PKIX', "The algorithm of Java's trust manager.", 'per-broker'),
  'ssl.truststore.certificates': unused('password', null, 'Trusted certificates as PEM text.', 'per-broker'),
  'ssl.truststore.location': unused('string', null, 'The file with trusted certificates.', 'per-broker'),
  'ssl.truststore.password': unused('password', null, 'The password of the trust store.', 'per-broker'),
  'ssl.truststore.type': unused('string', 'JKS', 'The format of the trust store.', 'per-broker'),
};
