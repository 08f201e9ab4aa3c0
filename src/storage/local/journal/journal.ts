// The journal of one log directory: one write and one sync make the appends of any number of partitions last, long before their segments do. Its
// files are few and of one size, grown once and used again when everything in them is in synced segments.

import type { Disk, DiskFile, Random } from '../../../platform/index.ts';
import { isDiskFull } from '../disk-errors.ts';
import { journalFile } from './journal-files.ts';
import { encodeGroup, groupBytes, type JournaledBatches, PAGE_BYTES, SALT_BYTES } from './journal-group.ts';

/** A partition, as the journal sees it. */
export interface JournalOwner {
  /** Whether everything below the offset is on stable storage without the journal, or no longer wanted. */
  isInSegments(endOffset: bigint): boolean;
}

/** What one partition gives to a group. */
export interface JournalEntry<Owner extends JournalOwner = JournalOwner> extends JournaledBatches {
  readonly owner: Owner;
  /** The offset behind its last batch. */
  readonly endOffset: bigint;
  readonly sizeInBytes: number;
}

export interface JournalOptions {
  readonly disk: Disk;
  readonly random: Random;
  readonly directory: string;
  /** Bytes of all its files together. */
  readonly maxBytes: number;
  /** Of its first file; larger than that of every file that is there. */
  readonly firstSequence: bigint;
}

/** One file is written to, the others wait for their segments to be synced. */
const FILES = 4;
/** A file grows by so much at first, then to twice its size: a sync that changes the size of a file costs the file system a commit of its own. */
const GROWTH_BYTES = 1024 * 1024;
const ZEROS_BYTES = 64 * 1024;

export class Journal<Owner extends JournalOwner = JournalOwner> {
  readonly #options: JournalOptions;
  readonly #fileBytes: number;
  #nextSequence: bigint;
  #current: JournalFile<Owner> | undefined;
  readonly #full: JournalFile<Owner>[] = [];
  /** Files that hold nothing that is needed. */
  readonly #free: string[] = [];
  /** The group on its way, copied together: kept for the next one. Made when first needed. */
  #staging: Buffer = Buffer.alloc(0);

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#nextSequence = options.firstSequence;
    this.#fileBytes = Math.floor(options.maxBytes / FILES / PAGE_BYTES) * PAGE_BYTES;
  }

  /** The partitions that have to be synced before one more file can be used again, each up to an offset. */
  get unsynced(): ReadonlyMap<Owner, bigint> | undefined {
    return this.#full[0]?.owners;
  }

  /**
   * The entries are on stable storage when it resolves to true. False where there is no room for them: no file is free, or the disk is full.
   * A rejection is final: what is on the disk is unknown then. One call at a time.
   */
  async commit(entries: readonly JournalEntry<Owner>[]): Promise<boolean> {
    const bytes = groupBytes(entries);
    const file = await this.#fileWithRoom(bytes);
    if (file === undefined) return false;
    const group = this.#stagingOf(bytes);
    encodeGroup(group, { salt: file.salt, index: file.groups }, entries);
    try {
      await file.file.write([group], file.usedBytes);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      // A file system that needs room even to overwrite. What it wrote of the group must not come back: its batches may be refused now.
      await file.file.truncate(file.usedBytes);
      await file.file.sync();
      file.sizeInBytes = file.usedBytes;
      return false;
    }
    await file.file.sync();
    file.usedBytes += bytes;
    file.groups++;
    for (const { owner, endOffset } of entries) file.owners.set(owner, endOffset);
    return true;
  }

  /** Takes back the files whose partitions are synced far enough, the oldest first. */
  reclaim(): void {
    for (let file = this.#full[0]; file !== undefined; file = this.#full[0]) {
      for (const [owner, endOffset] of file.owners) {
        if (!owner.isInSegments(endOffset)) return;
        file.owners.delete(owner);
      }
      this.#full.shift();
      this.#free.push(file.path);
    }
  }

  /** Lets go of the files as they are. */
  async close(): Promise<void> {
    await this.#current?.file.close();
    this.#current = undefined;
  }

  /** Removes the files: everything in them is in synced segments. */
  async remove(): Promise<void> {
    const paths = [...this.#free, ...this.#full.map(({ path }) => path)];
    if (this.#current !== undefined) paths.push(this.#current.path);
    await this.close();
    for (const path of paths) await this.#options.disk.remove(path);
  }

  async #fileWithRoom(bytes: number): Promise<JournalFile<Owner> | undefined> {
    if (bytes > this.#fileBytes) return undefined;
    try {
      if (this.#current !== undefined && this.#current.usedBytes + bytes > this.#fileBytes)
        await this.#finish(this.#current);
      this.#current ??= await this.#nextFile();
      if (this.#current !== undefined) await this.#grow(this.#current, this.#current.usedBytes + bytes);
      return this.#current;
    } catch (error) {
      if (isDiskFull(error)) return undefined;
      throw error;
    }
  }

  async #finish(file: JournalFile<Owner>): Promise<void> {
    this.#current = undefined;
    this.#full.push(file);
    this.reclaim();
    await file.file.close();
  }

  async #nextFile(): Promise<JournalFile<Owner> | undefined> {
    const { disk, random, directory } = this.#options;
    const old = this.#free.shift();
    if (old === undefined && this.#full.length >= FILES) return undefined;
    const { path, salt } = journalFile(directory, this.#nextSequence++, random.bytes(SALT_BYTES));
    if (old !== undefined) await disk.rename(old, path);
    const file = await disk.open(path, { create: true });
    await disk.syncDirectory(directory);
    return { path, salt, file, usedBytes: 0, sizeInBytes: await file.size(), groups: 0, owners: new Map() };
  }

  /** A full disk is found here, before anything of a group is written. */
  async #grow(file: JournalFile<Owner>, neededBytes: number): Promise<void> {
    if (neededBytes <= file.sizeInBytes) return;
    const grown = Math.min(Math.max(neededBytes, 2 * file.sizeInBytes, GROWTH_BYTES), this.#fileBytes);
    const zeros = Buffer.alloc(ZEROS_BYTES);
    const chunks: Buffer[] = [];
    for (let left = grown - file.sizeInBytes; left > 0; left -= ZEROS_BYTES) chunks.push(zeros.subarray(0, left));
    await file.file.write(chunks, file.sizeInBytes);
    file.sizeInBytes = grown;
  }

  #stagingOf(bytes: number): Buffer {
    if (this.#staging.length < bytes) this.#staging = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(bytes)));
    return this.#staging.subarray(0, bytes);
  }
}

interface JournalFile<Owner> {
  readonly path: string;
  readonly salt: Buffer;
  readonly file: DiskFile;
  usedBytes: number;
  sizeInBytes: number;
  groups: number;
  /** Whose batches are in it, and up to where. */
  readonly owners: Map<Owner, bigint>;
}
