// Reads PKCS #12 (RFC 7292), as keytool and OpenSSL write it today: PBES2 with AES, and the older 3DES. RC2, which OpenSSL has given up, is named
// in the error. OpenSSL itself cannot be asked, because it does not take a store without a private key, as trust stores are.

import { createDecipheriv, createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { contentOf, DER_TAG, type DerValue, derInteger, derOid, derSequence, partsOf } from './der.ts';

export interface Pkcs12 {
  /** PKCS #8 in DER, encrypted or not. */
  readonly keys: readonly { readonly bytes: Buffer; readonly isEncrypted: boolean }[];
  /** In DER. */
  readonly certificates: readonly { readonly bytes: Buffer; readonly isMarkedTrusted: boolean }[];
}

const OID = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  /** Java's mark of an entry that is trusted by itself. */
  trustedKeyUsage: '2.16.840.1.113894.746875.1.1',
  pbes2: '1.2.840.113549.1.5.13',
  tripleDes: '1.2.840.113549.1.12.1.3',
} as const;
const HASHES: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
const HMACS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};
const CIPHERS: Readonly<Record<string, { readonly name: string; readonly keyBytes: number }>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', keyBytes: 32 },
};
/** The purposes of derived bytes (RFC 7292, appendix B.3). */
const PURPOSE = { key: 1, iv: 2, mac: 3 } as const;
/** A file that asks for more would only keep the broker busy. */
const MAX_ITERATIONS = 10_000_000;
const EXPLICIT_0 = 0xa0;

/** Throws when the password is wrong, or the file is no PKCS #12 that is understood. */
export function readPkcs12(bytes: Buffer, password: string): Pkcs12 {
  const [, authSafe, macData] = derSequence(bytes);
  const content = dataOf(authSafe);
  if (macData !== undefined) checkMac(content, partsOf(macData, DER_TAG.sequence), password);
  const bags = derSequence(content).flatMap((info) => derSequence(safeContentsOf(info, password)));
  const keys: Pkcs12['keys'][number][] = [];
  const certificates: Pkcs12['certificates'][number][] = [];
  for (const bag of bags) {
    const [type, value, attributes] = partsOf(bag, DER_TAG.sequence);
    const inner = contentOf(value, EXPLICIT_0);
    switch (derOid(type)) {
      case OID.keyBag:
        keys.push({ bytes: inner, isEncrypted: false });
        break;
      case OID.shroudedKeyBag:
        keys.push({ bytes: inner, isEncrypted: true });
        break;
      case OID.certBag: {
        const [octets] = partsOf(derSequence(inner)[1], EXPLICIT_0);
        certificates.push({ bytes: contentOf(octets, DER_TAG.octetString), isMarkedTrusted: isTrusted(attributes) });
        break;
      }
      default:
      // Revocation lists and secrets are of no use here.
    }
  }
  return { keys, certificates };
}

function isTrusted(attributes: DerValue | undefined): boolean {
  if (attributes === undefined) return false;
  return partsOf(attributes, DER_TAG.set).some(
    (attribute) => derOid(partsOf(attribute, DER_TAG.sequence)[0]) === OID.trustedKeyUsage,
  );
}

/** The bytes of a ContentInfo that is plain data. */
function dataOf(info: DerValue | undefined): Buffer {
  const [type, content] = partsOf(info, DER_TAG.sequence);
  if (derOid(type) !== OID.data) throw new Error('the store is signed by a key, not by a password');
  return contentOf(partsOf(content, EXPLICIT_0)[0], DER_TAG.octetString);
}

function safeContentsOf(info: DerValue, password: string): Buffer {
  const [type, content] = partsOf(info, DER_TAG.sequence);
  if (derOid(type) !== OID.encryptedData) return dataOf(info);
  const [, encrypted] = partsOf(partsOf(content, EXPLICIT_0)[0], DER_TAG.sequence);
  const [, algorithm, cipherText] = partsOf(encrypted, DER_TAG.sequence);
  return decrypt(partsOf(algorithm, DER_TAG.sequence), contentOf(cipherText, 0x80), password);
}

function decrypt([type, parameters]: readonly DerValue[], cipherText: Buffer, password: string): Buffer {
  const oid = derOid(type);
  const parts = partsOf(parameters, DER_TAG.sequence);
  const { name, key, iv } = oid === OID.pbes2 ? pbes2(parts, password) : tripleDes(oid, parts, password);
  const decipher = createDecipheriv(name, key, iv);
  return Buffer.concat([decipher.update(cipherText), decipher.final()]);
}

function pbes2([derivation, encryption]: readonly DerValue[], password: string) {
  const [cipherOid, iv] = partsOf(encryption, DER_TAG.sequence);
  const cipher = CIPHERS[derOid(cipherOid)];
  const [, parameters] = partsOf(derivation, DER_TAG.sequence);
  const [salt, iterations, ...rest] = partsOf(parameters, DER_TAG.sequence);
  // Without it, SHA-1 is meant. The length of the key may come before it.
  const prf = rest.find(({ tag }) => tag === DER_TAG.sequence);
  const hash = prf === undefined ? 'sha1' : HMACS[derOid(partsOf(prf, DER_TAG.sequence)[0])];
  if (cipher === undefined || hash === undefined) throw unsupported(derOid(cipherOid));
  const saltBytes = contentOf(salt, DER_TAG.octetString);
  const key = pbkdf2Sync(password, saltBytes, checkedIterations(iterations), cipher.keyBytes, hash);
  return { name: cipher.name, key, iv: contentOf(iv, DER_TAG.octetString) };
}

function tripleDes(oid: string, [salt, iterations]: readonly DerValue[], password: string) {
  if (oid !== OID.tripleDes) throw unsupported(oid);
  const saltBytes = contentOf(salt, DER_TAG.octetString);
  const count = checkedIterations(iterations);
  return {
    name: 'des-ede3-cbc',
    key: derive('sha1', PURPOSE.key, password, saltBytes, count, 24),
    iv: derive('sha1', PURPOSE.iv, password, saltBytes, count, 8),
  };
}

function unsupported(oid: string): Error {
  return new Error(
    `its encryption (${oid}) is too old; convert it with: keytool -importkeystore -deststoretype PKCS12, or use PEM`,
  );
}

function checkMac(content: Buffer, [digestInfo, salt, iterations]: readonly DerValue[], password: string): void {
  const [algorithm, digest] = partsOf(digestInfo, DER_TAG.sequence);
  const hash = HASHES[derOid(partsOf(algorithm, DER_TAG.sequence)[0])];
  if (hash === undefined) throw new Error('the store is sealed by a hash that is not known');
  const expected = contentOf(digest, DER_TAG.octetString);
  const count = iterations === undefined ? 1 : checkedIterations(iterations);
  const saltBytes = contentOf(salt, DER_TAG.octetString);
  const key = derive(hash, PURPOSE.mac, password, saltBytes, count, expected.length);
  const actual = createHmac(hash, key).update(content).digest();
  if (!timingSafeEqual(actual, expected)) throw new Error('the password is wrong, or the store is damaged');
}

function checkedIterations(value: DerValue | undefined): number {
  const iterations = derInteger(value);
  if (iterations < 1 || iterations > MAX_ITERATIONS) throw new Error(`the store asks for ${iterations} iterations`);
  return iterations;
}

/** The derivation of keys in RFC 7292, appendix B.2. */
function derive(
  hash: string,
  purpose: number,
  password: string,
  salt: Buffer,
  iterations: number,
  length: number,
): Buffer {
  const blockBytes = hash === 'sha384' || hash === 'sha512' ? 128 : 64;
  const diversifier = Buffer.alloc(blockBytes, purpose);
  const input = Buffer.concat([repeated(salt, blockBytes), repeated(bmpString(password), blockBytes)]);
  const blocks: Buffer[] = [];
  for (let made = 0; made < length; ) {
    let block = createHash(hash).update(diversifier).update(input).digest();
    for (let round = 1; round < iterations; round++) block = createHash(hash).update(block).digest();
    blocks.push(block);
    made += block.length;
    addToEach(input, repeated(block, blockBytes).subarray(0, blockBytes));
  }
  return Buffer.concat(blocks).subarray(0, length);
}

/** Filled up to a multiple of the block by repeating it. */
function repeated(bytes: Buffer, blockBytes: number): Buffer {
  return Buffer.alloc(Math.ceil(bytes.length / blockBytes) * blockBytes, bytes);
}

/** Adds `addend` + 1 to every block of `target`. */
function addToEach(target: Buffer, addend: Buffer): void {
  for (let end = addend.length; end <= target.length; end += addend.length) {
    let carry = 1;
    for (let index = 1; index <= addend.length; index++) {
      carry += (target[end - index] ?? 0) + (addend[addend.length - index] ?? 0);
      target[end - index] = carry & 0xff;
      carry >>= 8;
    }
  }
}

/** UTF-16, the larger byte first, with a zero at the end. */
function bmpString(password: string): Buffer {
  return Buffer.from(`${password}\0`, 'utf16le').swap16();
}
