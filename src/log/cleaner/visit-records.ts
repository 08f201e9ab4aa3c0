// Goes over the records of a batch without making an object of each. Hot path of compaction, watched by bench/compaction.ts.

import { type BatchHeader, openRecords, readRecords } from '../../protocol/index.ts';

/** Where a record's key stands. Lengths are -1 for null. Valid until the visit ends. */
export interface RecordPlace {
  readonly buffer: Buffer;
  readonly keyStart: number;
  readonly keyLength: number;
  readonly valueLength: number;
}

const NOTHING = Buffer.alloc(0);

/** Until `visit` answers false; then false itself. Throws InvalidRecordBatchError. */
export function visitRecords(
  bytes: Buffer,
  header: BatchHeader,
  visit: (place: RecordPlace, offset: bigint) => boolean,
): boolean {
  if (header.magic === 2) {
    const cursor = openRecords(bytes, header);
    while (cursor.advance()) if (!visit(cursor, header.baseOffset + BigInt(cursor.offsetDelta))) return false;
    return true;
  }
  for (const { key, value, offset } of readRecords(bytes, header)) {
    const place = {
      buffer: key ?? NOTHING,
      keyStart: 0,
      keyLength: key?.length ?? -1,
      valueLength: value?.length ?? -1,
    };
    if (!visit(place, offset)) return false;
  }
  return true;
}
