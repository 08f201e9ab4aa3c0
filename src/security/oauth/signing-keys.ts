// The keys with which an OAuth provider signs its tokens: read from the one place that the operator has named, and read again when they may have
// changed. No token can name another place (RFC 8725, section 3.10).

import type { CompactJWSHeaderParameters, CryptoKey, FlattenedJWSInput, JSONWebKeySet, LocalJWKSet } from 'jose';
import { type Clock, type Disk, errorCode, type GetOverHttps } from '../../platform/index.ts';

export interface KeySource {
  /** For messages. */
  readonly location: string;
  read(): Promise<Buffer>;
  /** Whether the keys may have changed since they were read. `isKeyMissing`: a token names a key that was not among them. */
  mayHaveChanged(isKeyMissing: boolean): boolean | Promise<boolean>;
}

export interface SigningKeysOptions {
  readonly source: KeySource;
  readonly clock: Clock;
  /** The pause after a first failure, which doubles with each further one. */
  readonly retryBackoffMs: number;
  readonly retryBackoffMaxMs: number;
  /** The keys could not be read again; those that are there stay in use. */
  onFailure(error: Error): void;
}

const MAX_KEY_SET_BYTES = 1024 * 1024;
const GET_TIMEOUT_MS = 10_000;
/** However many tokens name unknown keys, the provider is not asked more often. */
const MISSING_KEY_INTERVAL_MS = 10_000;

export class SigningKeys {
  readonly #options: SigningKeysOptions;
  #keySet: LocalJWKSet;
  #reading: Promise<void> | undefined;
  #failures = 0;
  #nextTryMs = 0;

  private constructor(options: SigningKeysOptions, keySet: LocalJWKSet) {
    this.#options = options;
    this.#keySet = keySet;
  }

  /** Rejects when the keys cannot be read. */
  static async load(options: SigningKeysOptions): Promise<SigningKeys> {
    return new SigningKeys(options, await readKeySet(options.source));
  }

  /** The key for a token. Rejects with jose's error where none fits, or more than one. */
  readonly find = async (header: CompactJWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> => {
    if (await this.#options.source.mayHaveChanged(false)) await this.#readAgain();
    try {
      return await this.#keySet(header, token);
    } catch (error) {
      const isMissing = errorCode(error) === 'ERR_JWKS_NO_MATCHING_KEY';
      if (!isMissing || !(await this.#options.source.mayHaveChanged(true))) throw error;
      await this.#readAgain();
      return this.#keySet(header, token);
    }
  };

  /** One read serves all who wait for it. */
  #readAgain(): Promise<void> {
    if (this.#options.clock.monotonic() < this.#nextTryMs) return Promise.resolve();
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const { source, clock, retryBackoffMs, retryBackoffMaxMs, onFailure } = this.#options;
    try {
      this.#keySet = await readKeySet(source);
      this.#failures = 0;
    } catch (error) {
      const pauseMs = Math.min(retryBackoffMs * 2 ** this.#failures++, retryBackoffMaxMs);
      this.#nextTryMs = clock.monotonic() + pauseMs;
      onFailure(error as Error);
    }
  }
}

/** A file is read again when it is a new one. */
export function keyFile(path: string, disk: Disk): KeySource {
  let readModifiedMs: number | undefined;
  return {
    location: path,
    async read() {
      readModifiedMs = (await disk.status(path))?.modifiedMs;
      return disk.readFile(path);
    },
    async mayHaveChanged() {
      return (await disk.status(path))?.modifiedMs !== readModifiedMs;
    },
  };
}

export interface KeyEndpointOptions {
  readonly url: URL;
  readonly trusted: readonly string[] | undefined;
  /** The age at which keys are read again. */
  readonly refreshMs: number;
  readonly getOverHttps: GetOverHttps;
  readonly clock: Clock;
}

export function keyEndpoint({ url, trusted, refreshMs, getOverHttps, clock }: KeyEndpointOptions): KeySource {
  let readMs = 0;
  return {
    location: url.href,
    async read() {
      const document = await getOverHttps({ url, trusted, maxBytes: MAX_KEY_SET_BYTES, timeoutMs: GET_TIMEOUT_MS });
      readMs = clock.monotonic();
      return document;
    },
    mayHaveChanged: (isKeyMissing) =>
      clock.monotonic() - readMs >= (isKeyMissing ? Math.min(refreshMs, MISSING_KEY_INTERVAL_MS) : refreshMs),
  };
}

async function readKeySet(source: KeySource): Promise<LocalJWKSet> {
  const { createLocalJWKSet } = await import('jose');
  // What is no key set is refused by its reader.
  return createLocalJWKSet(JSON.parse((await source.read()).toString()) as JSONWebKeySet);
}
