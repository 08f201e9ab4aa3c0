// Names of the directories of partitions: `topic-index`.

import { join } from 'node:path';
import { type Disk, errorCode } from '../../platform/index.ts';

export interface PartitionId {
  readonly topic: string;
  readonly index: number;
}

export function partitionDirectoryName(topic: string, index: number): string {
  return `${topic}-${index}`;
}

/** Undefined for a name that no partition has, such as that of one on its way out (`-delete`). */
export function parsePartitionDirectory(name: string): PartitionId | undefined {
  const match = /^([a-zA-Z0-9._-]{1,249})-(0|[1-9]\d{0,9})$/.exec(name);
  const [, topic, index] = match ?? [];
  return topic === undefined || index === undefined ? undefined : { topic, index: Number(index) };
}

/** The topic id in the directory's `partition.metadata`; undefined when there is none, as where a crash came before it was written. */
export async function readTopicId(disk: Disk, directory: string): Promise<string | undefined> {
  let text: string;
  try {
    text = (await disk.readFile(join(directory, 'partition.metadata'))).toString('utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  return /^topic_id: *(\S+)$/m.exec(text)?.[1];
}
