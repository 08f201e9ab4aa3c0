// Requests that are well formed and make no sense, or by chance do: every field of a schema gets a value that was seen before, a small one, an extreme one
// or a random one, so that sequences of them lead groups, transactions and sessions through states that no client would think of.

import { damage, pick } from '../../src/broker/testing/damage.ts';
import { batchOf } from '../../src/broker/testing/topics.ts';
import type { Random } from '../../src/platform/index.ts';
import { type Api, type Field, type Fields, randomUuid } from '../../src/protocol/index.ts';

const MAX_ELEMENTS = 3;
/** A list that one object holds; the oldest is forgotten. */
const MAX_SEEN = 50;
const SMALL = [-1, 0, 1, 2, 3];
const EXTREME = [-(2 ** 31), 2 ** 31 - 1, 2 ** 15 - 1, -(2 ** 15), 127, -128];
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

/** Strings, ids and numbers that a broker has given or might know. */
export class Pool {
  readonly #strings: string[] = [
    '',
    't0',
    't1',
    't2',
    'g0',
    'g1',
    'x0',
    'x1',
    'consumer',
    'range',
    'uniform',
    'cleanup.policy',
    'compact',
  ];
  readonly #uuids: string[] = [];
  readonly #longs: bigint[] = [-1n, 0n, 1n, 2n, 1000n];
  readonly #known: Readonly<Record<string, readonly unknown[]>>;
  /** What answers said last, by the name of the field. */
  readonly #told = new Map<string, unknown>();

  /** `known`: what fields hold most of the time, by their names. With it, they also repeat what answers said under their name. */
  constructor(known: Readonly<Record<string, readonly unknown[]>> = {}) {
    this.#known = known;
  }

  /** Remembers what an answer says. */
  learn(value: unknown, name = ''): void {
    this.#told.set(name, value);
    if (typeof value === 'bigint') remember(this.#longs, value);
    else if (typeof value === 'string') remember(isUuidText(value) ? this.#uuids : this.#strings, value);
    else if (Array.isArray(value)) for (const item of value.slice(0, MAX_ELEMENTS)) this.learn(item, name);
    else if (typeof value === 'object' && value !== null && !Buffer.isBuffer(value)) {
      for (const [field, item] of Object.entries(value)) this.learn(item, field);
    }
  }

  /** What a field of this name and kind probably holds; undefined where it may hold anything. */
  named(name: string, kind: string, random: Random): unknown {
    const known = this.#known[name];
    if (Object.keys(this.#known).length === 0 || random.integer(8) === 0) return undefined;
    const told = this.#told.get(name);
    const value = known === undefined || (random.integer(2) === 0 && fits(told, kind)) ? told : pick(known, random);
    return value === null || fits(value, kind) ? value : undefined;
  }

  string(random: Random): string {
    return random.integer(20) === 0 ? random.bytes(random.integer(40)).toString('hex') : pick(this.#strings, random);
  }

  uuid(random: Random): string {
    return this.#uuids.length === 0 || random.integer(4) === 0 ? randomUuid(random) : pick(this.#uuids, random);
  }

  long(random: Random): bigint {
    if (random.integer(8) > 0) return pick(this.#longs, random);
    return random.bytes(8).readBigInt64BE();
  }
}

/** Values for all fields that the version has. */
export function generateRequest(api: Api, version: number, random: Random, pool: Pool): Record<string, unknown> {
  return generateFields(api.request.fields, version, random, pool);
}

function generateFields(fields: Fields, version: number, random: Random, pool: Pool): Record<string, unknown> {
  const entries = Object.entries(fields)
    .filter(([, { options }]) => hasVersion(options.versions, version))
    .map(([name, field]) => [name, generateValue(name, field, version, random, pool)]);
  return Object.fromEntries(entries);
}

function generateValue(name: string, field: Field, version: number, random: Random, pool: Pool): unknown {
  const { options } = field;
  const named = pool.named(name, field.kind, random);
  const mayBeNull = options.nullable !== undefined && hasVersion(options.nullable, version);
  if (named !== undefined && (named !== null || mayBeNull)) return named;
  if (mayBeNull && random.integer(5) === 0) return null;
  switch (field.kind) {
    case 'array':
      return Array.from({ length: random.integer(MAX_ELEMENTS + 1) }, () =>
        generateValue(name, field.element, version, random, pool),
      );
    case 'struct':
      return generateFields(field.fields, version, random, pool);
    case 'boolean':
      return random.integer(2) === 0;
    case 'string':
      return pool.string(random);
    case 'uuid':
      return pool.uuid(random);
    case 'bytes':
      return random.bytes(random.integer(64));
    case 'records':
      return generateRecords(random, pool);
    case 'float64':
      return random.integer(1000) / 10;
    case 'int64':
      return pool.long(random);
    default:
      return generateInteger(name, field.kind, random);
  }
}

function generateInteger(name: string, kind: string, random: Random): number {
  // Requests that wait for minutes, and topics with thousands of partitions, would take the time from all others.
  if (/ms$/i.test(name)) return pick([0, 1, 10, 100, 6000, -1], random);
  if (/partitions$|count$/i.test(name)) return pick(SMALL, random);
  const value = random.integer(8) === 0 ? pick(EXTREME, random) : pick(SMALL, random);
  if (kind === 'int8') return Math.max(-128, Math.min(127, value));
  if (kind === 'int16') return Math.max(-(2 ** 15), Math.min(2 ** 15 - 1, value));
  if (kind === 'uint16') return Math.min(2 ** 16 - 1, Math.abs(value));
  return kind === 'uint32' ? Math.abs(value) : value;
}

function generateRecords(random: Random, pool: Pool): Buffer {
  const isIdempotent = random.integer(2) === 0;
  const batch = batchOf(['a', 'b', 'c'].slice(random.integer(3)), {
    compression: pick(CODECS, random),
    ...(isIdempotent && {
      producerId: asLong(pool.named('producerId', 'int64', random)) ?? pool.long(random),
      producerEpoch: random.integer(3),
      baseSequence: random.integer(5),
    }),
    isTransactional: isIdempotent && random.integer(2) === 0,
  });
  return random.integer(4) === 0 ? damage(batch, random) : batch;
}

function fits(value: unknown, kind: string): boolean {
  if (kind === 'int64') return typeof value === 'bigint';
  if (kind === 'string') return typeof value === 'string';
  if (kind === 'uuid') return typeof value === 'string' && isUuidText(value);
  if (kind === 'bytes') return Buffer.isBuffer(value);
  return ['int8', 'int16', 'int32'].includes(kind) && typeof value === 'number' && Math.abs(value) < 128;
}

function asLong(value: unknown): bigint | undefined {
  return typeof value === 'bigint' ? value : undefined;
}

function hasVersion(range: string | undefined, version: number): boolean {
  if (range === undefined) return true;
  const [, min = '', hasEnd, max] = /^(\d+)(\+|-(\d+))?$/.exec(range) ?? [];
  if (min === '') return false;
  if (hasEnd === '+') return version >= Number(min);
  return version >= Number(min) && version <= Number(max ?? min);
}

function isUuidText(text: string): boolean {
  return /^[\w-]{22}$/.test(text);
}

function remember<T>(seen: T[], value: T): void {
  if (seen.includes(value)) return;
  seen.push(value);
  // The first ones are those that make sense.
  if (seen.length > MAX_SEEN) seen.splice(20, 1);
}
