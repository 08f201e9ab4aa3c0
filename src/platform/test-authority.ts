// An authority that issues certificates, for tests: no key is ever kept in a file, and no other program is needed.

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { TlsIdentity } from './tls.ts';

export interface TestCertificate {
  /** Parts of the distinguished name from the root down, as `['O', 'Millrace']`. */
  readonly subject: readonly (readonly [attribute: 'C' | 'O' | 'OU' | 'CN', value: string])[];
  /** Host names and IPv4 addresses for which it is good. */
  readonly hosts?: readonly string[];
  /** Its time; now by default. */
  readonly valid?: keyof typeof TIMES;
}

export interface TestAuthority {
  /** PEM. */
  readonly certificate: string;
  issue(certificate: TestCertificate): TlsIdentity;
}

const TAG = { integer: 2, bits: 3, bytes: 4, oid: 6, utf8: 12, time: 24, sequence: 48, set: 49 } as const;
const ECDSA_WITH_SHA256 = oid(1, 2, 840, 10045, 4, 3, 2);
const ATTRIBUTES = { CN: oid(2, 5, 4, 3), C: oid(2, 5, 4, 6), O: oid(2, 5, 4, 10), OU: oid(2, 5, 4, 11) };
const SUBJECT_ALTERNATIVE_NAME = oid(2, 5, 29, 17);
const BASIC_CONSTRAINTS = oid(2, 5, 29, 19);
/** Years of the first and of the last day. */
const TIMES = { past: [2019, 2020], now: [2020, 2100], future: [2099, 2100] } as const;
const TRUE = der(1, Buffer.of(0xff));

/**
 * @example
 * const authority = createTestAuthority('Test CA');
 * const { key, certificateChain } = authority.issue({ subject: [['CN', 'broker']], hosts: ['localhost', '127.0.0.1'] });
 */
export function createTestAuthority(name: string): TestAuthority {
  const subject = [['CN', name]] as const;
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let lastSerial = 1;
  const certificateOf = (key: KeyObject, wanted: TestCertificate, extensions: Buffer[]) =>
    pem('CERTIFICATE', signed(toBeSigned(lastSerial++, subject, wanted, key, extensions), authority.privateKey));
  return {
    certificate: certificateOf(authority.publicKey, { subject }, [
      sequence(BASIC_CONSTRAINTS, TRUE, der(TAG.bytes, sequence(TRUE))),
    ]),
    issue(wanted) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const extensions = wanted.hosts ? [alternativeNames(wanted.hosts)] : [];
      return {
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        certificateChain: certificateOf(publicKey, wanted, extensions),
      };
    },
  };
}

function toBeSigned(
  serial: number,
  issuer: TestCertificate['subject'],
  { subject, valid = 'now' }: TestCertificate,
  key: KeyObject,
  extensions: readonly Buffer[],
): Buffer {
  const version3 = der(0xa0, der(TAG.integer, Buffer.of(2)));
  return sequence(
    version3,
    der(TAG.integer, Buffer.of(1, serial)),
    sequence(ECDSA_WITH_SHA256),
    distinguishedName(issuer),
    sequence(...TIMES[valid].map((year) => time(`${year}0101000000Z`))),
    distinguishedName(subject),
    key.export({ type: 'spki', format: 'der' }),
    ...(extensions.length > 0 ? [der(0xa3, sequence(...extensions))] : []),
  );
}

function signed(content: Buffer, key: KeyObject): Buffer {
  const signature = sign('sha256', content, key);
  return sequence(content, sequence(ECDSA_WITH_SHA256), der(TAG.bits, Buffer.concat([Buffer.of(0), signature])));
}

function distinguishedName(parts: TestCertificate['subject']): Buffer {
  return sequence(
    ...parts.map(([attribute, value]) =>
      der(TAG.set, sequence(ATTRIBUTES[attribute], der(TAG.utf8, Buffer.from(value)))),
    ),
  );
}

function alternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    /^[\d.]+$/.test(host) ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host)),
  );
  return sequence(SUBJECT_ALTERNATIVE_NAME, der(TAG.bytes, sequence(...names)));
}

function time(text: string): Buffer {
  return der(TAG.time, Buffer.from(text));
}

function oid(first: number, second: number, ...rest: readonly number[]): Buffer {
  const arcs = rest.flatMap((arc) => {
    const septets = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) septets.unshift((left & 0x7f) | 0x80);
    return septets;
  });
  return der(TAG.oid, Buffer.from([first * 40 + second, ...arcs]));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(TAG.sequence, Buffer.concat(parts));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...header]), content]);
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
