// Reads JKS, Java's key store of old. It protects keys by a scheme of its own over SHA-1, and the whole by a digest with the password.

import { createHash, timingSafeEqual } from 'node:crypto';
import { contentOf, DER_TAG, derSequence } from './der.ts';

export interface Jks {
  /** Each key with its certificates in DER, its own first. */
  readonly keys: readonly { readonly encrypted: Buffer; readonly chain: readonly Buffer[] }[];
  readonly trusted: readonly Buffer[];
}

const MAGIC = 0xfeedfeed;
const DIGEST_BYTES = 20;
/** Part of every digest over a store, as its inventors have chosen. */
const SEAL = 'Mighty Aphrodite';
const ENTRY = { key: 1, trusted: 2 } as const;

export function isJks(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.readUInt32BE(0) === MAGIC;
}

/** Throws when the password is wrong, or the file is damaged. An empty password leaves the digest unchecked, as Java does. */
export function readJks(bytes: Buffer, password: string): Jks {
  const body = bytes.subarray(0, -DIGEST_BYTES);
  if (password !== '') checkSeal(body, bytes.subarray(-DIGEST_BYTES), password);
  const reader = new Reader(body, 4);
  const version = reader.int();
  if (version !== 2) throw new Error(`it has the version ${version}`);
  const keys: Jks['keys'][number][] = [];
  const trusted: Buffer[] = [];
  for (let left = reader.int(); left > 0; left--) {
    const tag = reader.int();
    reader.text();
    // The time of its creation.
    reader.take(8);
    if (tag === ENTRY.trusted) trusted.push(reader.certificate());
    else if (tag === ENTRY.key) {
      const encrypted = reader.take(reader.int());
      const chain = Array.from({ length: reader.count() }, () => reader.certificate());
      keys.push({ encrypted, chain });
    } else throw new Error(`an entry has the unknown type ${tag}`);
  }
  return { keys, trusted };
}

/** PKCS #8 in DER. Throws when the password is wrong. */
export function decryptJksKey(encrypted: Buffer, password: string): Buffer {
  const cipherText = contentOf(derSequence(encrypted)[1], DER_TAG.octetString);
  const secret = passwordBytes(password);
  const plain = Buffer.from(cipherText.subarray(DIGEST_BYTES, -DIGEST_BYTES));
  let digest: Buffer = cipherText.subarray(0, DIGEST_BYTES);
  for (let position = 0; position < plain.length; position++) {
    if (position % DIGEST_BYTES === 0) digest = sha1(secret, digest);
    plain[position] = (plain[position] ?? 0) ^ (digest[position % DIGEST_BYTES] ?? 0);
  }
  if (!sha1(secret, plain).equals(cipherText.subarray(-DIGEST_BYTES))) {
    throw new Error('the password of the key is wrong');
  }
  return plain;
}

function checkSeal(body: Buffer, digest: Buffer, password: string): void {
  const expected = sha1(passwordBytes(password), Buffer.from(SEAL), body);
  if (digest.length !== DIGEST_BYTES || !timingSafeEqual(expected, digest)) {
    throw new Error('the password is wrong, or the store is damaged');
  }
}

function sha1(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function passwordBytes(password: string): Buffer {
  return Buffer.from(password, 'utf16le').swap16();
}

class Reader {
  readonly #bytes: Buffer;
  #position: number;

  constructor(bytes: Buffer, position: number) {
    this.#bytes = bytes;
    this.#position = position;
  }

  take(length: number): Buffer {
    const end = this.#position + length;
    if (length < 0 || end > this.#bytes.length) throw new Error('it ends within an entry');
    const taken = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return taken;
  }

  int(): number {
    return this.take(4).readInt32BE(0);
  }

  /** Of things that take bytes each, so that no number can make us allocate more than the file. */
  count(): number {
    const count = this.int();
    if (count < 0 || count > this.#bytes.length) throw new Error('it ends within an entry');
    return count;
  }

  text(): string {
    return this.take(this.take(2).readUInt16BE(0)).toString();
  }

  certificate(): Buffer {
    const type = this.text();
    if (type !== 'X.509') throw new Error(`a certificate has the type ${type}`);
    return this.take(this.int());
  }
}
