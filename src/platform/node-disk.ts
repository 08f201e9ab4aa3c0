// The file system of the machine, through Node's callback API: it allocates less per call than the promise API.

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
  space,
};

const { O_CREAT, O_RDONLY, O_RDWR } = fs.constants;

function open(path: string, options: OpenOptions = {}): Promise<DiskFile> {
  const access = options.readOnly ? O_RDONLY : O_RDWR;
  const flags = options.create ? access | O_CREAT : access;
  return new Promise((resolve, reject) => {
    fs.open(path, flags, 0o644, (error, descriptor) => {
      if (error) reject(error);
      else resolve(new NodeFile(path, descriptor));
    });
  });
}

async function list(path: string): Promise<DirectoryEntry[]> {
  const entries = await fs.promises.readdir(path, { withFileTypes: true });
  return Promise.all(entries.map(async (entry) => ({ name: entry.name, kind: await kindOfEntry(path, entry) })));
}

/** An operator may have moved a partition to another disk behind a symbolic link: what counts is what the link leads to. */
async function kindOfEntry(directory: string, entry: fs.Dirent): Promise<EntryKind> {
  if (!entry.isSymbolicLink()) return kindOf(entry);
  return (await status(join(directory, entry.name)))?.kind ?? 'other';
}

async function status(path: string): Promise<FileStatus | undefined> {
  try {
    const stats = await fs.promises.stat(path);
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
  await fs.promises.mkdir(path, { recursive: true });
}

function rename(from: string, to: string): Promise<void> {
  return fs.promises.rename(from, to);
}

/** Mostly of files, many of which are not there: that takes one call to the system, where a search for what is below takes several. */
async function remove(path: string): Promise<void> {
  try {
    await fs.promises.unlink(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') await fs.promises.rm(path, { recursive: true, force: true });
  }
}

function readFile(path: string): Promise<Buffer> {
  return fs.promises.readFile(path);
}

async function syncDirectory(path: string): Promise<void> {
  // Windows cannot open a directory as a file, and makes names last without being asked.
  if (process.platform === 'win32') return;
  const directory = await fs.promises.open(path, O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function lock(directory: string, name: string): Promise<DiskLock> {
  return lockFile(join(directory, name));
}

async function space(path: string): Promise<{ totalBytes: number; usableBytes: number }> {
  const { bsize, blocks, bavail } = await fs.promises.statfs(path);
  return { totalBytes: blocks * bsize, usableBytes: bavail * bsize };
}
