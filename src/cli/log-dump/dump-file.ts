// One file of a log to entries, whatever kind it is of.

import type { Disk } from '../../platform/index.ts';
import type { DumpEntry, DumpOptions } from './dump-entry.ts';
import { dumpOffsetIndex, dumpProducerSnapshot, dumpTimeIndex, dumpTransactionIndex } from './dump-index.ts';
import { dumpJournal } from './dump-journal.ts';
import { dumpSegment } from './dump-segment.ts';
import type { DumpFile } from './find-files.ts';

/** Changes nothing, so that it may be used on the files of a broker that runs; of the newest segment it sees what is there at the start. */
export async function* dumpFile(disk: Disk, file: DumpFile, options: DumpOptions): AsyncGenerator<DumpEntry, void> {
  const { path, type, baseOffset, sizeInBytes } = file;
  yield { kind: 'file', path, type, sizeInBytes };
  switch (type) {
    case 'batches': {
      const open = await disk.open(path, { readOnly: true });
      try {
        yield* dumpSegment(open, sizeInBytes, options);
      } finally {
        await open.close();
      }
      break;
    }
    case 'offset index':
      yield* dumpOffsetIndex(disk, path, baseOffset);
      break;
    case 'time index':
      yield* dumpTimeIndex(disk, path, baseOffset);
      break;
    case 'transaction index':
      yield* dumpTransactionIndex(disk, path);
      break;
    case 'producer snapshot':
      yield* dumpProducerSnapshot(disk, path);
      break;
    case 'journal':
      yield* dumpJournal(disk, path, options);
      break;
    case 'text':
      for (const line of (await disk.readFile(path)).toString('utf8').trimEnd().split('\n'))
        yield { kind: 'entry', fields: { line } };
      break;
  }
}
