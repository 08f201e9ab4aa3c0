// A file of the journal: the batches of all its groups, and whose they are.

import { basename, dirname } from 'node:path';
import type { Disk } from '../../platform/index.ts';
import { parseJournalFileName, readJournalFile } from '../../storage/index.ts';
import type { DumpEntry, DumpOptions } from './dump-entry.ts';

/** Bytes behind the last whole group are no damage: they were promised to nobody, or are of an earlier use of the file. */
export async function* dumpJournal(disk: Disk, path: string, options: DumpOptions): AsyncGenerator<DumpEntry, void> {
  const salt = parseJournalFileName(dirname(path), basename(path))?.salt ?? Buffer.alloc(0);
  const damages: DumpEntry[] = [];
  const batches = readJournalFile(disk, path, salt, ({ position, nextPosition, reason }) => {
    damages.push({ kind: 'damage', message: `bytes ${position} to ${nextPosition} are no group: ${reason}` });
  });
  let count = 0;
  for await (const { topicId, partition, position, header } of batches) {
    yield* damages.splice(0);
    const { baseOffset, lastOffset, recordCount: records, sizeInBytes: bytes, producerId } = header;
    if (lastOffset < options.fromOffset) continue;
    if (++count > options.maxBatches) return;
    yield {
      kind: 'entry',
      fields: { topicId, partition, baseOffset, lastOffset, records, bytes, position, producerId },
    };
  }
}
