// A snapshot of the metadata as a file: a header, batches of records, a footer. Only a file with both and with every CRC right counts.

import type { LogRecord } from '../../coordinator/index.ts';
import type { Disk } from '../../platform/index.ts';
import { BatchBuilder, isControl, readControlRecordType, readRecords } from '../../protocol/index.ts';
import {
  type BatchPlace,
  SNAPSHOT_HEADER_RECORDS,
  snapshotFooterBatch,
  snapshotHeaderBatch,
  type Voter,
} from './control-batches.ts';
import { PARTIAL_SUFFIX, snapshotName } from './file-names.ts';
import { scanBatches } from './scan-batches.ts';

/** Large enough to write fast, small enough to let the process breathe between two. */
const MAX_BATCH_BYTES = 256 * 1024;

export interface SnapshotContent {
  readonly endOffset: bigint;
  readonly epoch: number;
  readonly records: Iterable<LogRecord>;
  /** Of the snapshot's own batches. */
  readonly timestamp: bigint;
  readonly lastTimestamp: bigint;
  readonly voter: Voter;
}

/** The file has its name only when it is whole and on the disk. */
export async function writeSnapshotFile(disk: Disk, directory: string, content: SnapshotContent): Promise<void> {
  const path = `${directory}/${snapshotName(content.endOffset, content.epoch)}`;
  const file = await disk.open(path + PARTIAL_SUFFIX, { create: true });
  try {
    await file.truncate(0);
    let position = 0;
    for (const batch of snapshotBatches(content)) {
      await file.write([batch], position);
      position += batch.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(path + PARTIAL_SUFFIX, path);
  await disk.syncDirectory(directory);
}

/** The records of a snapshot; undefined, with the reason reported, for a file that is not whole. */
export function readSnapshot(content: Buffer, onDamage: (reason: string) => void): LogRecord[] | undefined {
  const { batches, failure } = scanBatches(content, 0n);
  if (failure !== undefined) return damaged(failure.message);
  const first = batches[0];
  const last = batches.at(-1);
  if (first === undefined || last === undefined) return damaged('it is empty');
  const typeOf = (batch: typeof first) => {
    const [record] = isControl(batch.attributes) ? readRecords(content, batch) : [];
    return record === undefined ? undefined : readControlRecordType(record.key);
  };
  if (typeOf(first) !== 'SNAPSHOT_HEADER') return damaged('it does not begin with a snapshot header');
  if (typeOf(last) !== 'SNAPSHOT_FOOTER') return damaged('it does not end with a snapshot footer');
  const records: LogRecord[] = [];
  for (const batch of batches) {
    if (isControl(batch.attributes)) continue;
    for (const { key, value } of readRecords(content, batch)) records.push({ key, value });
  }
  return records;

  function damaged(reason: string): undefined {
    onDamage(reason);
    return undefined;
  }
}

function* snapshotBatches(content: SnapshotContent): Generator<Buffer, void, undefined> {
  const { epoch, timestamp } = content;
  const place = (baseOffset: bigint): BatchPlace => ({ baseOffset, epoch, timestamp });
  yield snapshotHeaderBatch(place(0n), content.voter, content.lastTimestamp);
  let offset = BigInt(SNAPSHOT_HEADER_RECORDS);
  const newBuilder = () => new BatchBuilder({ baseOffset: offset, partitionLeaderEpoch: epoch });
  let builder = newBuilder();
  for (const { key, value } of content.records) {
    const record = { timestamp, key, value };
    if (builder.tryAppend(record, MAX_BATCH_BYTES)) continue;
    offset += BigInt(builder.recordCount);
    yield builder.build();
    builder = newBuilder();
    builder.append(record);
  }
  offset += BigInt(builder.recordCount);
  if (builder.recordCount > 0) yield builder.build();
  yield snapshotFooterBatch(place(offset));
}
