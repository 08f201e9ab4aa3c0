// Names of the journal's files. They stand in the log directory itself, where Apache Kafka looks at directories only.

import { join } from 'node:path';
import type { Disk } from '../../../platform/index.ts';

export interface JournalFileName {
  readonly path: string;
  /** Rises with each use of a file. */
  readonly sequence: bigint;
  /** What the groups of this use carry. */
  readonly salt: Buffer;
}

export function journalFile(directory: string, sequence: bigint, salt: Buffer): JournalFileName {
  const name = `millrace-${sequence.toString().padStart(20, '0')}-${salt.toString('hex')}.journal`;
  return { path: join(directory, name), sequence, salt };
}

/** Undefined for the name of anything else. */
export function parseJournalFileName(directory: string, name: string): JournalFileName | undefined {
  const [, sequence, salt] = /^millrace-(\d{20})-([0-9a-f]{16})\.journal$/.exec(name) ?? [];
  if (sequence === undefined || salt === undefined) return undefined;
  return journalFile(directory, BigInt(sequence), Buffer.from(salt, 'hex'));
}

/** In the order in which they were written. */
export async function listJournalFiles(disk: Disk, directory: string): Promise<JournalFileName[]> {
  const files: JournalFileName[] = [];
  for (const { name, kind } of await disk.list(directory)) {
    const file = kind === 'file' ? parseJournalFileName(directory, name) : undefined;
    if (file !== undefined) files.push(file);
  }
  return files.sort((a, b) => (a.sequence < b.sequence ? -1 : 1));
}

/** For a directory whose logs are complete without it. */
export async function removeJournalFiles(disk: Disk, directory: string): Promise<void> {
  for (const { path } of await listJournalFiles(disk, directory)) await disk.remove(path);
}
