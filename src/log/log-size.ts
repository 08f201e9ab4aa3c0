// How many bytes of batches the log in a directory has, for who wants to know no more of it.

import { type Disk, errorCode } from '../platform/index.ts';
import { parseSegmentFileName } from './segment-files.ts';

/** Bytes of all segments, as `Log.sizeInBytes` tells once the log is open; 0 where there is no directory. */
export async function logSizeOf(disk: Disk, directory: string): Promise<number> {
  let sizeInBytes = 0;
  for (const name of await namesIn(disk, directory)) {
    const file = parseSegmentFileName(name);
    if (file?.kind !== 'log' || file.suffix !== '') continue;
    // Retention may be faster.
    sizeInBytes += (await disk.status(`${directory}/${name}`))?.size ?? 0;
  }
  return sizeInBytes;
}

async function namesIn(disk: Disk, directory: string): Promise<string[]> {
  try {
    return (await disk.list(directory)).map(({ name }) => name);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
