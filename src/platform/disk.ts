// The disk as a contract. Only what a log needs: positioned reads and writes, explicit syncs, names in directories.

import { dirname } from 'node:path';

/** What a directory entry or a path is. */
export type EntryKind = 'file' | 'directory' | 'other';

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

export interface FileStatus {
  readonly kind: EntryKind;
  /** Bytes. */
  readonly size: number;
  /** Last modification, milliseconds since 1970. */
  readonly modifiedMs: number;
}

export interface OpenOptions {
  /** Create the file when it is missing. Default false: a missing file is an error. */
  readonly create?: boolean;
  /** Open for reading only. Default false. */
  readonly readOnly?: boolean;
}

/** An open file. Positions and sizes are bytes. Writes may be lost by a power cut until `sync` has resolved. */
export interface DiskFile {
  readonly path: string;
  /** Reads into `target` from `position`; resolves to the bytes read, fewer than asked for only at the end of the file. */
  read(target: Buffer, position: number): Promise<number>;
  /** Writes all chunks, one behind the other, starting at `position`. */
  write(chunks: readonly Buffer[], position: number): Promise<void>;
  /** Resolves when everything written before the call is on stable storage (fdatasync). A failure is final: see DESIGN, "acks=all". */
  sync(): Promise<void>;
  truncate(size: number): Promise<void>;
  size(): Promise<number>;
  /** Closing twice is harmless. */
  close(): Promise<void>;
}

/** A held lock of a directory, released by `release` or by the death of the process. */
export interface DiskLock {
  release(): Promise<void>;
}

/** Errors carry Node's codes (`ENOENT`, `ENOSPC`, `EIO`, `EEXIST`, ...) in `code`. */
export interface Disk {
  open(path: string, options?: OpenOptions): Promise<DiskFile>;
  /** The entries of a directory, in no particular order. */
  list(path: string): Promise<DirectoryEntry[]>;
  /** Undefined when nothing has that name. */
  status(path: string): Promise<FileStatus | undefined>;
  /** Makes the directory and its missing parents; an existing one is fine. */
  makeDirectory(path: string): Promise<void>;
  /** Atomic; replaces a file of the new name. Lasting only after `syncDirectory` of the parent. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, or a directory with everything in it; a missing one is fine. */
  remove(path: string): Promise<void>;
  readFile(path: string): Promise<Buffer>;
  /** Makes names created, renamed or removed in the directory last through a power cut. */
  syncDirectory(path: string): Promise<void>;
  /** Locks a directory against other processes by the file `name` in it, or rejects with code `ELOCKED`. */
  lock(directory: string, name: string): Promise<DiskLock>;
  /** How many files and connections this process may have open at a time; not there where nothing is known of it. */
  openFileLimit?(): Promise<number | undefined>;
  /** Bytes of the file system that holds `path`. */
  space(path: string): Promise<{ totalBytes: number; usableBytes: number }>;
}

/** Writes a small file so that a crash leaves either the old or the new content: temporary file, sync, rename, directory sync. */
export async function writeFileAtomically(disk: Disk, path: string, content: Buffer): Promise<void> {
  await replaceFile(disk, path, content);
  await disk.syncDirectory(dirname(path));
}

/** As `writeFileAtomically`, for callers that sync the directory: until then a power cut may bring the old content back. */
export async function replaceFile(disk: Disk, path: string, content: Buffer): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await disk.open(temporary, { create: true });
  try {
    await makeEmpty(file);
    await file.write([content], 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(temporary, path);
}

/** Cuts off what an earlier use of the name may have left. A file that was just made is left alone: cutting it would cost a change on the disk. */
export async function makeEmpty(file: DiskFile): Promise<void> {
  if ((await file.size()) > 0) await file.truncate(0);
}

/** Makes the directory and its missing parents as `makeDirectory`, and their names last through a power cut. */
export async function makeLastingDirectory(disk: Disk, path: string): Promise<void> {
  const parents: string[] = [];
  for (let made = path; (await disk.status(made)) === undefined; made = dirname(made)) parents.push(dirname(made));
  await disk.makeDirectory(path);
  for (const parent of parents.reverse()) await disk.syncDirectory(parent);
}
