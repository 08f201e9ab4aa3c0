// What the members of a group have read: which offsets, how often, and a checksum of the texts.

import { addToChecksum } from './data-set.ts';

export class Consumption {
  readonly #partitions = new Map<number, Map<number, string>>();
  #checksum = 0n;
  #distinct = 0;
  #duplicates = 0;

  /** Takes a line of a member: partition, offset and text, between tabs. */
  take(line: string): void {
    const match = /^(?:Partition:)?(\d+)\t(?:Offset:)?(\d+)\t(.*)$/.exec(line);
    if (match === null) throw new Error(`Not a record: ${line}`);
    const [, partition, offset, text = ''] = match;
    const seen = this.#offsetsOf(Number(partition));
    const before = seen.get(Number(offset));
    if (before === undefined) {
      seen.set(Number(offset), text);
      this.#distinct += 1;
      this.#checksum = addToChecksum(this.#checksum, text);
    } else {
      if (before !== text) throw new Error(`Offset ${offset} of partition ${partition} was ${before}, now is ${text}`);
      this.#duplicates += 1;
    }
  }

  get distinct(): number {
    return this.#distinct;
  }

  /** Records that came again, as they may after a crash. */
  get duplicates(): number {
    return this.#duplicates;
  }

  /** Of the distinct records. */
  get checksum(): bigint {
    return this.#checksum;
  }

  #offsetsOf(partition: number): Map<number, string> {
    let offsets = this.#partitions.get(partition);
    if (offsets === undefined) {
      offsets = new Map();
      this.#partitions.set(partition, offsets);
    }
    return offsets;
  }
}
