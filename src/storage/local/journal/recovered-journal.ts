// What an earlier run of the broker left in the journal of a log directory. A partition that is opened takes from it what its segments lack.

import { type Log, LogCorruptError } from '../../../log/index.ts';
import type { Disk } from '../../../platform/index.ts';
import { iterateBatches } from '../../../protocol/index.ts';
import type { Logger } from '../../../telemetry/index.ts';
import { type JournalFileName, listJournalFiles } from './journal-files.ts';
import { isIntact } from './journal-group.ts';
import { type JournalDamage, readJournalFile } from './read-journal-file.ts';

/** Consecutive batches of one partition, as they stand in a file. */
interface Run {
  readonly path: string;
  readonly position: number;
  sizeInBytes: number;
  readonly baseOffset: bigint;
  endOffset: bigint;
}

/** Bytes that are given to a log before they are written. */
const REPLAY_BYTES = 1024 * 1024;

export class RecoveredJournal {
  /** A new journal's files have higher numbers. */
  readonly lastSequence: bigint;
  readonly #disk: Disk;
  /** By topic id and partition, in the order in which they were written. */
  readonly #runs = new Map<string, Run[]>();
  /** Of each file, the partitions whose batches may still be needed. */
  readonly #owners = new Map<string, Set<string>>();

  private constructor(disk: Disk, files: readonly JournalFileName[]) {
    this.#disk = disk;
    this.lastSequence = files.at(-1)?.sequence ?? 0n;
  }

  /** Reads all files of the directory: whose batches are where. What was torn by the end of that run is left out; what is damaged is reported. */
  static async read(disk: Disk, directory: string, logger: Logger): Promise<RecoveredJournal> {
    const files = await listJournalFiles(disk, directory);
    const journal = new RecoveredJournal(disk, files);
    const onDamage = (damage: JournalDamage) => logger.error(damage, damageMessage(damage));
    for (const { path, salt } of files) {
      journal.#owners.set(path, new Set());
      for await (const { topicId, partition, header, position } of readJournalFile(disk, path, salt, onDamage)) {
        journal.#add(keyOf(topicId, partition), path, position, header);
      }
      await journal.#removeIfUnneeded(path);
    }
    return journal;
  }

  get isEmpty(): boolean {
    return this.#runs.size === 0;
  }

  has(topicId: string, partition: number): boolean {
    return this.#runs.has(keyOf(topicId, partition));
  }

  /**
   * Appends to a log what was committed and is not in it, and hands it to the system. Rejects with `LogCorruptError` when records between its end and
   * the journal are missing, and when the journal can no longer be read.
   */
  async replay(log: Log): Promise<void> {
    let queuedBytes = 0;
    // A power cut may bring back a file whose beginning of the partition an earlier start gave to a later file.
    const runs = this.#runs.get(keyOf(log.topicId, log.partition))?.toSorted(byBaseOffset) ?? [];
    for (const run of runs) {
      if (run.endOffset <= log.logEndOffset) continue;
      if (run.baseOffset > log.logEndOffset) {
        const lost = `its records from ${log.logEndOffset} to ${run.baseOffset - 1n} are neither in its segments nor in the journal; \`millrace log repair\` gives them up`;
        throw new LogCorruptError(run.path, run.position, `${log.topic}-${log.partition} goes on here, but ${lost}`);
      }
      const bytes = await this.#bytesOf(run);
      for (const header of iterateBatches(bytes)) {
        if (!isIntact(bytes, header)) {
          throw new LogCorruptError(run.path, run.position + header.position, 'the CRC of the batch is wrong');
        }
        if (header.lastOffset < log.logEndOffset) continue;
        const batch = bytes.subarray(header.position, header.position + header.sizeInBytes);
        if (header.baseOffset < log.logEndOffset) await appendAcrossStart(log, batch, header.baseOffset);
        else log.append(batch);
        queuedBytes += header.sizeInBytes;
      }
      if (queuedBytes < REPLAY_BYTES) continue;
      await log.write();
      queuedBytes = 0;
    }
    if (queuedBytes > 0) await log.write();
  }

  /** The partition no longer needs it: everything is in synced segments, or its topic is gone. A file that nobody needs is removed. */
  async forget(topicId: string, partition: number): Promise<void> {
    await this.#forget(keyOf(topicId, partition));
  }

  /** Forgets what belongs to other topics than these: they were deleted. */
  async forgetOthers(knownTopicIds: ReadonlySet<string>): Promise<void> {
    for (const key of [...this.#runs.keys()]) {
      if (!knownTopicIds.has(topicIdOf(key))) await this.#forget(key);
    }
  }

  #add(
    key: string,
    path: string,
    position: number,
    header: { sizeInBytes: number; baseOffset: bigint; lastOffset: bigint },
  ): void {
    let runs = this.#runs.get(key);
    if (runs === undefined) {
      runs = [];
      this.#runs.set(key, runs);
    }
    this.#owners.get(path)?.add(key);
    const last = runs.at(-1);
    const { sizeInBytes, baseOffset, lastOffset } = header;
    if (last?.path === path && last.position + last.sizeInBytes === position && last.endOffset === baseOffset) {
      last.sizeInBytes += sizeInBytes;
      last.endOffset = lastOffset + 1n;
    } else {
      runs.push({ path, position, sizeInBytes, baseOffset, endOffset: lastOffset + 1n });
    }
  }

  async #forget(key: string): Promise<void> {
    const runs = this.#runs.get(key);
    if (runs === undefined) return;
    this.#runs.delete(key);
    for (const path of new Set(runs.map((run) => run.path))) {
      this.#owners.get(path)?.delete(key);
      await this.#removeIfUnneeded(path);
    }
  }

  async #removeIfUnneeded(path: string): Promise<void> {
    if (this.#owners.get(path)?.size !== 0) return;
    this.#owners.delete(path);
    await this.#disk.remove(path);
  }

  async #bytesOf({ path, position, sizeInBytes }: Run): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(sizeInBytes);
    const file = await this.#disk.open(path, { readOnly: true });
    try {
      if ((await file.read(bytes, position)) === sizeInBytes) return bytes;
      throw new LogCorruptError(path, position, 'the file has become shorter');
    } finally {
      await file.close();
    }
  }
}

/** For a log that was made anew at its start offset, because nothing behind it was in the segments, where that lies within a batch. */
async function appendAcrossStart(log: Log, batch: Buffer, baseOffset: bigint): Promise<void> {
  const { logStartOffset } = log;
  await log.truncateFullyAndStartAt(baseOffset);
  log.append(batch);
  log.advanceLogStartOffset(logStartOffset);
}

function byBaseOffset(left: Run, right: Run): number {
  return left.baseOffset < right.baseOffset ? -1 : Number(left.baseOffset > right.baseOffset);
}

function damageMessage({ path, position }: JournalDamage): string {
  return `The journal ${path} is damaged at byte ${position}: what was committed there can only come from the segments`;
}

function keyOf(topicId: string, partition: number): string {
  return `${topicId}/${partition}`;
}

function topicIdOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/'));
}
