// A file lock that the kernel holds and gives up when the process dies. Node has no call for one, but SQLite locks its database
// file with fcntl, as Java's FileLock does: so Apache Kafka and Millrace exclude each other too. See docs/decisions/sqlite-lock.md.

import fs from 'node:fs';
import type { DiskLock } from './disk.ts';
import { errorCode, systemError } from './system-error.ts';

const SQLITE_BUSY = 5;

/** Rejects with code `ELOCKED` when another process, or another caller in this one, holds the file. The file stays empty. */
export async function lockFile(path: string): Promise<DiskLock> {
  // Loaded late: it costs milliseconds, and only a start of a broker needs it.
  const { DatabaseSync } = await import('node:sqlite');
  createWhenMissing(path);
  const database = new DatabaseSync(path);
  try {
    // No journal file beside it (OFF is not allowed in the defensive mode that Node sets), and no lock given back between statements.
    database.exec('PRAGMA journal_mode=MEMORY; PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isBusy(error)) throw systemError('ELOCKED', 'lock', path, 'another process or broker holds the lock');
    throw error;
  }
  return {
    release: async () => {
      if (database.isOpen) database.close();
    },
  };
}

/**
 * Makes permission and read-only errors come from the system, with its codes. An existing file must not be opened here: closing any
 * descriptor of a file gives up every fcntl lock that the process holds on it.
 */
function createWhenMissing(path: string): void {
  try {
    fs.closeSync(fs.openSync(path, 'wx'));
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    fs.accessSync(path, fs.constants.R_OK | fs.constants.W_OK);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}
