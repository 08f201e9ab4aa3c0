// Verifies partitions with what the journals of their log directories have of them; a journal is read once for all of its partitions.

import { type VerifiedLog, verifyLog } from '../../log/index.ts';
import type { Disk } from '../../platform/index.ts';
import type { PartitionFiles } from './find-partitions.ts';
import { findJournalGap, type Journal, readJournal } from './journal-gap.ts';

export class PartitionVerifier {
  readonly #disk: Disk;
  readonly #journals = new Map<string, Promise<Journal>>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  async verify(files: PartitionFiles): Promise<VerifiedLog> {
    const verified = await verifyLog(this.#disk, files.directory);
    const gap = await findJournalGap(this.#disk, files, await this.journalOf(files), verified.logEndOffset);
    return gap === undefined ? verified : { ...verified, problems: [...verified.problems, gap] };
  }

  journalOf({ logDirectory }: PartitionFiles): Promise<Journal> {
    let journal = this.#journals.get(logDirectory);
    if (journal === undefined) {
      journal = readJournal(this.#disk, logDirectory);
      this.#journals.set(logDirectory, journal);
    }
    return journal;
  }
}
