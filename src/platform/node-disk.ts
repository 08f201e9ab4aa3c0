// The file system of the machine, through Node's callback API: it allocates less per call than the promise API. A start after a crash makes many
// calls for each of thousands of partitions, so those that only ask what the system knows of an open file are made at once.

import fs from 'node:fs';
import { join } from 'node:path';
import type { DirectoryEntry, Disk, DiskFile, DiskLock, EntryKind, FileStatus, OpenOptions } from './disk.ts';
import { NodeFile } from './node-file.ts';
import { lockFile } from './node-lock.ts';
import { errorCode } from './system-error.ts';

export const nodeDisk: Disk = {
  open,
  list,
  status,
  makeDirectory,
  rename,
  remove,
  readFile,
  syncDirectory,
  lock,
  openFileLimit,
  space,
};

const { O_CREAT, O_RDONLY, O_RDWR } = fs.constants;

function open(path: string, options: OpenOptions = {}): Promise<DiskFile> {
  const access = options.readOnly ? O_RDONLY : O_RDWR;
  const flags = options.create ? access | O_CREAT : access;
  return call<number>((callback) => fs.open(path, flags, 0o644, callback)).then(
    (descriptor) => new NodeFile(path, descriptor),
  );
}

async function list(path: string): Promise<DirectoryEntry[]> {
  const found = await call<fs.Dirent[]>((callback) => fs.readdir(path, { withFileTypes: true }, callback));
  const entries: DirectoryEntry[] = [];
  for (const entry of found) {
    // An operator may have moved a partition to another disk behind a symbolic link: what counts is what the link leads to.
    const target = entry.isSymbolicLink() ? await status(join(path, entry.name)) : { kind: kindOf(entry) };
    entries.push({ name: entry.name, kind: target?.kind ?? 'other' });
  }
  return entries;
}

async function status(path: string): Promise<FileStatus | undefined> {
  try {
    const stats = await call<fs.Stats>((callback) => fs.stat(path, callback));
    return { kind: kindOf(stats), size: stats.size, modifiedMs: stats.mtimeMs };
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function kindOf(entry: fs.Dirent | fs.Stats): EntryKind {
  if (entry.isFile()) return 'file';
  return entry.isDirectory() ? 'directory' : 'other';
}

async function makeDirectory(path: string): Promise<void> {
  await call<string | undefined>((callback) => fs.mkdir(path, { recursive: true }, callback));
}

function rename(from: string, to: string): Promise<void> {
  return call((callback) => fs.rename(from, to, callback));
}

/** Mostly of files, many of which are not there: that takes one call to the system, where a search for what is below takes several. */
async function remove(path: string): Promise<void> {
  try {
    await call((callback) => fs.unlink(path, callback));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') await fs.promises.rm(path, { recursive: true, force: true });
  }
}

async function readFile(path: string): Promise<Buffer> {
  const file = await open(path, { readOnly: true });
  try {
    const content = Buffer.allocUnsafe(await file.size());
    return content.subarray(0, await file.read(content, 0));
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  // Windows cannot open a directory as a file, and makes names last without being asked.
  if (process.platform === 'win32') return;
  const directory = await call<number>((callback) => fs.open(path, O_RDONLY, callback));
  try {
    await call((callback) => fs.fsync(directory, callback));
  } finally {
    fs.closeSync(directory);
  }
}

function lock(directory: string, name: string): Promise<DiskLock> {
  return lockFile(join(directory, name));
}

/** Linux tells it in a file, and only there. */
async function openFileLimit(): Promise<number | undefined> {
  const limits = await fs.promises.readFile('/proc/self/limits', 'utf8').catch(() => '');
  const [, limit] = /^Max open files +(\d+)/m.exec(limits) ?? [];
  return limit === undefined ? undefined : Number(limit);
}

async function space(path: string): Promise<{ totalBytes: number; usableBytes: number }> {
  const { bsize, blocks, bavail } = await fs.promises.statfs(path);
  return { totalBytes: blocks * bsize, usableBytes: bavail * bsize };
}

function call<T = void>(start: (callback: (error: Error | null, result?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => (error ? reject(error) : resolve(result as T)));
  });
}
