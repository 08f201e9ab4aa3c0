// Apache Kafka's checkpoint files: a version, the number of entries, and an entry a line. Replaced as a whole, so that a crash leaves the
// old or the new one.

import { type Disk, errorCode, replaceFile, writeFileAtomically } from '../platform/index.ts';
import type { EpochEntry } from './leader-epochs.ts';

/** The file holds something else than a checkpoint. Whoever can do without its content rebuilds it. */
export class CorruptCheckpointError extends Error {
  override readonly name = 'CorruptCheckpointError';
}

/** One partition's line of an offset checkpoint. */
export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

const VERSION = '0';

/** `recovery-point-offset-checkpoint`, `log-start-offset-checkpoint`. A missing file is an empty one. */
export async function readOffsetCheckpoint(disk: Disk, path: string): Promise<PartitionOffset[]> {
  return (await readLines(disk, path)).map((line) => {
    const [, topic, partition, offset] = /^(\S+)\s+(\d+)\s+(-?\d+)$/.exec(line) ?? [];
    if (topic === undefined || partition === undefined || offset === undefined) throw malformed(path, line);
    return { topic, partition: Number(partition), offset: BigInt(offset) };
  });
}

export function writeOffsetCheckpoint(disk: Disk, path: string, offsets: readonly PartitionOffset[]): Promise<void> {
  const lines = offsets.map(({ topic, partition, offset }) => `${topic} ${partition} ${offset}`);
  return writeFileAtomically(disk, path, encodeLines(lines));
}

/** `leader-epoch-checkpoint` in a partition's directory. A missing file is an empty one. */
export async function readLeaderEpochCheckpoint(disk: Disk, path: string): Promise<EpochEntry[]> {
  return (await readLines(disk, path)).map((line) => {
    const [, leaderEpoch, startOffset] = /^(\d+)\s+(\d+)$/.exec(line) ?? [];
    if (leaderEpoch === undefined || startOffset === undefined) throw malformed(path, line);
    return { leaderEpoch: Number(leaderEpoch), startOffset: BigInt(startOffset) };
  });
}

/** Lasts with the next sync of the directory. */
export function replaceLeaderEpochCheckpoint(disk: Disk, path: string, entries: readonly EpochEntry[]): Promise<void> {
  const lines = entries.map(({ leaderEpoch, startOffset }) => `${leaderEpoch} ${startOffset}`);
  return replaceFile(disk, path, encodeLines(lines));
}

async function readLines(disk: Disk, path: string): Promise<string[]> {
  let text: string;
  try {
    text = (await disk.readFile(path)).toString('utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
  if (text === '') return [];
  // Without its last byte a number may be another one and look as good.
  if (!text.endsWith('\n')) throw new CorruptCheckpointError(`Cannot read ${path}: its last line has no end`);
  const [version, count, ...entries] = text.trimEnd().split('\n');
  if (version !== VERSION)
    throw new CorruptCheckpointError(`Cannot read ${path}: its version is ${version}, known is ${VERSION}`);
  if (count !== String(entries.length)) {
    throw new CorruptCheckpointError(`Cannot read ${path}: it claims ${count} entries and has ${entries.length}`);
  }
  return entries;
}

function encodeLines(entries: readonly string[]): Buffer {
  return Buffer.from([VERSION, String(entries.length), ...entries].map((line) => `${line}\n`).join(''));
}

function malformed(path: string, line: string): CorruptCheckpointError {
  return new CorruptCheckpointError(`Cannot read ${path}: "${line}" is no entry`);
}
