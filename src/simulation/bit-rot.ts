// A file changes by itself: a bit of it, or a page, long after it was synced.

import type { Random } from '../platform/index.ts';
import { iterateBatches } from '../protocol/index.ts';
import type { History, TopicHistory } from './history.ts';
import type { SimulatedDisk } from './simulated-disk.ts';
import { PAGE_BYTES } from './simulated-file.ts';

export interface Rot {
  readonly topic: TopicHistory;
  readonly partition: number;
  /** Of the partition. */
  readonly directory: string;
  readonly path: string;
  /** Where the first batch begins that is not what was written; undefined in a file that has no batches, from which nothing can be lost. */
  readonly position: number | undefined;
}

/** Those of a partition that a checksum or the batches themselves can be held against. */
const FILES = /\.(log|index|timeindex|snapshot)$/;
const MOST_TRIES = 20;

/** Of a batch, what its checksum covers, with what it is found by. Offsets and leader epochs are on their own in Apache Kafka's format. */
const isSeen = (byte: number) => (byte >= 8 && byte < 12) || byte >= 16;

/** Of the metadata log. */
export interface MetadataRot {
  readonly path: string;
  readonly position: number;
  /** As before. */
  restore(): Promise<void>;
}

const METADATA_FILES = /\/__cluster_metadata-0\/.*\.log$/;

/** Undefined where there is nothing to change. The history is told which offsets are lost by it. `kinds`: of what files. */
export async function rotFile(
  disk: SimulatedDisk,
  history: History,
  random: Random,
  kinds: RegExp = FILES,
): Promise<Rot | undefined> {
  const files = history.liveTopics.flatMap((topic) =>
    Array.from({ length: topic.partitions }, (_, partition) => partition).flatMap((partition) =>
      disk
        .files('')
        .filter(({ path, node }) => path.includes(`/${topic.name}-${partition}/`) && kinds.test(path) && node.size > 0)
        .map(({ path, node }) => ({ topic, partition, path, content: node.content })),
    ),
  );
  const logs = files.filter(({ path }) => path.endsWith('.log'));
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const choices = random.integer(2) === 0 ? logs : files;
    const file = choices[random.integer(Math.max(choices.length, 1))];
    if (file === undefined) continue;
    const { topic, partition, path, content } = file;
    const before = Buffer.from(content);
    const after = changed(before, random);
    const damaged = path.endsWith('.log') ? damagedBatches(before, after) : [];
    if (damaged === undefined || after.equals(before) || (path.endsWith('.log') && damaged.length === 0)) continue;
    await overwrite(disk, path, after);
    topic.damaged.set(partition, damaged);
    const directory = path.slice(0, path.lastIndexOf('/'));
    return { topic, partition, directory, path, position: damaged[0]?.position };
  }
  return undefined;
}

/** Never the end of the log alone, which cannot be told from what a crash has torn. */
export async function rotMetadataLog(disk: SimulatedDisk, random: Random): Promise<MetadataRot | undefined> {
  const files = disk.files('').filter(({ path, node }) => METADATA_FILES.test(path) && node.size > 0);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const file = files[random.integer(Math.max(files.length, 1))];
    if (file === undefined) continue;
    const { path, node } = file;
    const before = Buffer.from(node.content);
    const after = changed(before, random);
    const lastBatch = [...iterateBatches(before)].at(-1)?.position ?? 0;
    const position = damagedBatches(before, after)?.[0]?.position;
    if (position === undefined || !before.subarray(lastBatch).equals(after.subarray(lastBatch))) continue;
    await overwrite(disk, path, after);
    return { path, position, restore: () => overwrite(disk, path, before) };
  }
  return undefined;
}

async function overwrite(disk: SimulatedDisk, path: string, content: Buffer): Promise<void> {
  const opened = await disk.open(path);
  await opened.truncate(content.length);
  await opened.write([content], 0);
  await opened.sync();
  await opened.close();
}

function changed(before: Buffer, random: Random): Buffer {
  const after = Buffer.from(before);
  const at = random.integer(after.length);
  if (random.integer(2) === 0) {
    after[at] = (after[at] ?? 0) ^ (1 << random.integer(8));
    return after;
  }
  const page = at - (at % PAGE_BYTES);
  const end = Math.min(page + PAGE_BYTES, after.length);
  if (random.integer(2) === 0) after.fill(0, page, end);
  else random.bytes(end - page).copy(after, page);
  return after;
}

/** Undefined where one is changed in a way that nobody could see. */
function damagedBatches(before: Buffer, after: Buffer) {
  const damaged: { position: number; first: bigint; last: bigint }[] = [];
  for (const { position, sizeInBytes, baseOffset, lastOffset } of iterateBatches(before)) {
    const bytes = Array.from({ length: sizeInBytes }, (_, byte) => byte);
    const changes = bytes.filter((byte) => before[position + byte] !== after[position + byte]);
    if (changes.length === 0) continue;
    if (!changes.some(isSeen)) return undefined;
    damaged.push({ position, first: baseOffset, last: lastOffset });
  }
  return damaged;
}
