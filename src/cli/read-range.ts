// From where to where `consume` reads: options to partitions with their first offsets, and the ends.

import { Admin, type PartitionAssignment, partitionName, type TopicPartition } from '../client/index.ts';
import type { CommandClientOptions } from './client-options.ts';
import type { CommandContext } from './context.ts';
import { parseTime } from './time.ts';
import { UsageError } from './usage-error.ts';

export interface RangeOptions {
  readonly partitions: readonly string[];
  readonly offset: string | undefined;
  readonly last: number | undefined;
  readonly fromTime: string | undefined;
  readonly fromBeginning: boolean;
  readonly toEnd: boolean;
  readonly group: string | undefined;
  readonly readCommitted: boolean;
}

export interface ReadRange {
  /** Undefined when the group decides. */
  readonly start: readonly PartitionAssignment[] | undefined;
  /** By partition name; undefined when there is no end. */
  readonly ends: ReadonlyMap<string, bigint> | undefined;
  /** How many offsets lie between, as far as that is known. */
  readonly records: number | undefined;
}

type Start = NonNullable<PartitionAssignment['from']> | { readonly beforeEnd: bigint } | undefined;

export async function findRange(
  context: CommandContext,
  client: CommandClientOptions,
  topics: readonly string[],
  options: RangeOptions,
): Promise<ReadRange> {
  const start = readStart(options, client.platform.clock.now());
  const numbers = options.partitions.flatMap((text) => text.split(',')).map(readPartition);
  const isByGroup = options.group !== undefined && numbers.length === 0 && start === undefined;
  // The group finds its partitions itself, and waits for topics that are not there yet.
  if (isByGroup && !options.toEnd) return { start: undefined, ends: undefined, records: undefined };
  await using admin = new Admin(client);
  const partitions = await findPartitions(admin, topics, numbers, context.signal);
  const places = partitions.map(({ topic, partition }) => ({ topic, partition }));
  const needsEnds = options.toEnd || (typeof start === 'object' && 'beforeEnd' in start);
  const ends = needsEnds ? await offsetsAt(admin, places, 'latest', options.readCommitted, context.signal) : undefined;
  if (isByGroup) return { start: undefined, ends, records: undefined };
  if (ends === undefined)
    return {
      start: places.map((place) => ({ ...place, from: withoutEnds(start, options) })),
      ends,
      records: undefined,
    };
  const starts = await firstOffsets(
    admin,
    places,
    start ?? (options.fromBeginning ? 'earliest' : undefined),
    ends,
    options,
    context.signal,
  );
  return {
    start: places.map((place) => ({ ...place, from: starts.get(partitionName(place)) ?? withoutEnds(start, options) })),
    ends: options.toEnd ? ends : undefined,
    records: options.toEnd ? span(starts, ends) : undefined,
  };
}

function readStart(options: RangeOptions, nowMs: number): Start {
  const given = [options.offset, options.last, options.fromTime].filter((value) => value !== undefined).length;
  if (given + (options.fromBeginning && options.group === undefined ? 1 : 0) > 1) {
    throw new UsageError('Only one of --from-beginning, --offset, --last and --from-time can say where to begin');
  }
  if (options.last !== undefined) return { beforeEnd: BigInt(options.last) };
  if (options.fromTime !== undefined) return { timestamp: parseTime(options.fromTime, nowMs, 'from-time') };
  if (options.offset !== undefined) return readOffset(options.offset);
  return options.fromBeginning && options.group === undefined ? 'earliest' : undefined;
}

function readOffset(text: string): Start {
  const names: Readonly<Record<string, 'earliest' | 'latest'>> = {
    earliest: 'earliest',
    beginning: 'earliest',
    latest: 'latest',
    end: 'latest',
  };
  const name = names[text];
  if (name !== undefined) return name;
  if (/^\d+$/.test(text)) return BigInt(text);
  if (/^-\d+$/.test(text)) return { beforeEnd: -BigInt(text) };
  throw new UsageError(`--offset cannot be ${text}: write a number, earliest or latest`);
}

function readPartition(text: string): number {
  if (!/^\d+$/.test(text)) throw new UsageError(`--partition cannot be ${text}: it is a whole number`);
  return Number(text);
}

async function findPartitions(
  admin: Admin,
  topics: readonly string[],
  numbers: readonly number[],
  signal: AbortSignal,
): Promise<TopicPartition[]> {
  const described = await admin.describeTopics(topics, { signal });
  const failed = described.find(({ error }) => error);
  if (failed?.error) throw failed.error;
  return described.flatMap(({ name, topic }) => {
    const known = topic?.partitions.map(({ partition }) => partition) ?? [];
    const missing = numbers.find((number) => !known.includes(number));
    if (missing !== undefined)
      throw new Error(`Cannot read ${name}-${missing}: topic ${name} has ${known.length} partitions`);
    return (numbers.length > 0 ? numbers : known).map((partition) => ({ topic: name, partition }));
  });
}

async function offsetsAt(
  admin: Admin,
  places: readonly TopicPartition[],
  spec: 'earliest' | 'latest' | bigint,
  readCommitted: boolean,
  signal: AbortSignal,
): Promise<Map<string, bigint>> {
  const found = await admin.listOffsets(
    places.map((place) => ({ ...place, spec })),
    { readCommitted, signal },
  );
  const offsets = new Map<string, bigint>();
  for (const { offset, error, ...place } of found) {
    if (error) throw error;
    if (offset !== undefined) offsets.set(partitionName(place), offset);
  }
  return offsets;
}

/** The first offset of each partition as a number, where that does not depend on what a group has committed. */
async function firstOffsets(
  admin: Admin,
  places: readonly TopicPartition[],
  start: Start,
  ends: ReadonlyMap<string, bigint>,
  options: RangeOptions,
  signal: AbortSignal,
): Promise<Map<string, bigint>> {
  if (start === undefined && options.group !== undefined) return new Map();
  const earliest = await offsetsAt(admin, places, 'earliest', options.readCommitted, signal);
  const atTime =
    typeof start === 'object' && 'timestamp' in start
      ? await offsetsAt(admin, places, start.timestamp, options.readCommitted, signal)
      : undefined;
  return new Map(
    places.map((place) => {
      const name = partitionName(place);
      const first = earliest.get(name) ?? 0n;
      const end = ends.get(name) ?? first;
      const wanted = wantedOffset(start, first, end, atTime?.get(name));
      return [name, wanted < first ? first : wanted];
    }),
  );
}

function wantedOffset(start: Start, first: bigint, end: bigint, atTime: bigint | undefined): bigint {
  if (start === undefined || start === 'latest') return end;
  if (start === 'earliest') return first;
  if (typeof start === 'bigint') return start;
  return 'timestamp' in start ? (atTime ?? end) : end - start.beforeEnd;
}

function withoutEnds(start: Start, options: RangeOptions): PartitionAssignment['from'] {
  if (typeof start === 'object' && 'beforeEnd' in start) return 'latest';
  return start ?? (options.group === undefined ? 'latest' : undefined);
}

function span(starts: ReadonlyMap<string, bigint>, ends: ReadonlyMap<string, bigint>): number | undefined {
  if (starts.size === 0) return undefined;
  let sum = 0n;
  for (const [name, start] of starts) {
    const end = ends.get(name) ?? start;
    if (end > start) sum += end - start;
  }
  return Number(sum);
}
