// What the tests of this module share: a log on a disk in memory, and batches to put into it.

import { readConfig } from '../config/index.ts';
import { type Disk, ManualClock, MemoryDisk, SeededRandom } from '../platform/index.ts';
import {
  type BatchHeader,
  type EncodeBatchOptions,
  encodeBatch,
  encodeEndTransactionBatch,
  iterateBatches,
} from '../protocol/index.ts';
import { silentLogger } from '../telemetry/index.ts';
import { Log } from './log.ts';
import { type LogConfig, logConfigTable } from './log-config.ts';
import type { LogOptions, LogServices } from './log-options.ts';
import { OpenFiles } from './open-files.ts';

export const DIRECTORY = '/data/orders-0';
export const START_MS = 1_700_000_000_000;

/** The defaults, with some values replaced, also by ones that an operator could not set. */
export function testConfig(changes: Partial<LogConfig> = {}): LogConfig {
  return { ...readConfig(logConfigTable, {}), ...changes };
}

export interface TestWorld {
  readonly clock: ManualClock;
  readonly disk: Disk;
  readonly openFiles: OpenFiles;
}

export function testWorld(): TestWorld {
  const clock = new ManualClock(START_MS);
  const disk = new MemoryDisk(clock);
  return { clock, disk, openFiles: new OpenFiles(disk, 100) };
}

/** The disk with some of its calls replaced. */
export function wrapDisk(disk: Disk, changes: Partial<Disk>): Disk {
  return {
    open: (path, options) => disk.open(path, options),
    list: (path) => disk.list(path),
    status: (path) => disk.status(path),
    makeDirectory: (path) => disk.makeDirectory(path),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    readFile: (path) => disk.readFile(path),
    syncDirectory: (path) => disk.syncDirectory(path),
    lock: (directory, name) => disk.lock(directory, name),
    space: (path) => disk.space(path),
    ...changes,
  };
}

export function openLog(world: TestWorld, changes: Partial<LogOptions & LogServices> = {}): Promise<Log> {
  const random = new SeededRandom(1);
  const services = { ...world, random, logger: silentLogger, producerIdExpirationMs: () => 86_400_000, ...changes };
  return Log.open(services, {
    directory: DIRECTORY,
    topic: 'orders',
    partition: 0,
    topicId: 'AAAAAAAAAAAAAAAAAAAAAQ',
    config: testConfig(),
    recoveryPoint: 0n,
    logStartOffset: 0n,
    wasCleanlyStopped: false,
    ...changes,
  });
}

export interface TestBatch extends Omit<EncodeBatchOptions, 'records' | 'baseOffset'> {
  readonly offset: bigint;
  /** Records; 1 unless given. */
  readonly count?: number;
  /** Of the first record; the others follow a millisecond each. */
  readonly timestamp?: bigint;
  readonly valueBytes?: number;
}

export function batch(options: TestBatch): Buffer {
  const { offset, count = 1, timestamp = BigInt(START_MS), valueBytes = 10, ...rest } = options;
  const records = Array.from({ length: count }, (_, index) => ({
    timestamp: timestamp + BigInt(index),
    key: Buffer.from(`key-${offset + BigInt(index)}`),
    value: Buffer.alloc(valueBytes, index),
  }));
  return encodeBatch({ partitionLeaderEpoch: 0, ...rest, baseOffset: offset, records });
}

export function marker(type: 'ABORT' | 'COMMIT', offset: bigint, producerId: bigint, producerEpoch = 0): Buffer {
  const baseOffset = offset;
  return encodeEndTransactionBatch({
    type,
    coordinatorEpoch: 7,
    producerId,
    producerEpoch,
    baseOffset,
    timestamp: BigInt(START_MS),
    partitionLeaderEpoch: 0,
  });
}

export function headersOf(records: Buffer): BatchHeader[] {
  return [...iterateBatches(records)];
}

/** Everything in the log, read in pieces. */
export async function readAll(log: Log, maxBytes = 1 << 20): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let offset = log.logStartOffset; offset < log.writtenEndOffset; ) {
    const { records } = await log.read(offset, maxBytes, log.writtenEndOffset, true);
    const last = headersOf(records).at(-1);
    if (last === undefined) break;
    pieces.push(records);
    offset = last.lastOffset + 1n;
  }
  return Buffer.concat(pieces);
}
