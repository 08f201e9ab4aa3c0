// Goes through a segment that may not have been written whole: checks every batch, makes its indexes anew, tells the producers and epochs what
// it holds, cuts off what is behind the last good batch, and writes again what may not be on stable storage.

import type { DiskFile } from '../platform/index.ts';
import { type BatchHeader, isControl } from '../protocol/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { CheckedScan, type InvalidBatch, isInvalidBatch } from './batch-scan.ts';
import { findValidBatch } from './find-valid-batch.ts';
import type { LeaderEpochs } from './leader-epochs.ts';
import { LogCorruptError } from './log-error.ts';
import type { ProducerStates } from './producer-states.ts';
import type { Segment } from './segment.ts';

export interface RecoverSegmentOptions {
  readonly segment: Segment;
  /** Offsets of the segment's batches must not be lower. */
  readonly minOffset: bigint;
  /** Everything below was on stable storage. */
  readonly recoveryPoint: bigint;
  readonly hasDataBehind: boolean;
  /** Of the files in the directory. */
  readonly names: ReadonlySet<string>;
  readonly producers: ProducerStates;
  readonly leaderEpochs: LeaderEpochs;
  readonly logger: Logger;
}

export interface RecoveredSegment {
  readonly nextOffset: bigint;
  /** Bytes that were cut off. */
  readonly truncatedBytes: number;
}

/**
 * Rejects with `LogCorruptError` when what is bad was on stable storage, and good batches follow: cutting there would silently lose records that
 * were acknowledged.
 */
export async function recoverSegment(options: RecoverSegmentOptions): Promise<RecoveredSegment> {
  const { segment, logger } = options;
  await segment.beginRebuild(options.names);
  const fileBytes = segment.writtenBytes;
  let position = 0;
  let unsyncedFrom: number | undefined;
  let nextOffset = options.minOffset;
  let invalid: InvalidBatch | undefined;
  await segment.useFile(async (file) => {
    const scan = new CheckedScan(file, fileBytes);
    while (position < fileBytes) {
      const header = await scan.batchAt(position);
      invalid = isInvalidBatch(header) ? header : offsetProblem(segment, header, position, nextOffset);
      if (invalid !== undefined || isInvalidBatch(header)) break;
      if (header.lastOffset >= options.recoveryPoint) unsyncedFrom ??= position;
      segment.addToIndexes(header, position);
      const aborted = await applyToState(options, scan, header, position);
      if (aborted !== undefined) segment.appendAborted(aborted);
      position += header.sizeInBytes;
      nextOffset = header.lastOffset + 1n;
    }
    if (invalid !== undefined) await refuseToLose(options, file, invalid, nextOffset);
  });
  if (invalid !== undefined) {
    const fields = { segment: segment.path, position, bytes: fileBytes - position, nextOffset, reason: invalid.reason };
    logger.warn(fields, 'cutting off what was not written whole');
    await segment.truncateBytes(position);
  }
  if (unsyncedFrom !== undefined) segment.distrust(unsyncedFrom);
  return { nextOffset, truncatedBytes: fileBytes - position };
}

async function applyToState(options: RecoverSegmentOptions, scan: CheckedScan, header: BatchHeader, position: number) {
  const latest = options.leaderEpochs.latest;
  if (header.partitionLeaderEpoch >= 0 && (latest === undefined || header.partitionLeaderEpoch > latest.leaderEpoch)) {
    options.leaderEpochs.assign(header.partitionLeaderEpoch, header.baseOffset);
  }
  const bytes = isControl(header.attributes) ? await scan.bytesAt(position, header.sizeInBytes) : undefined;
  return options.producers.applyBatch(header, bytes);
}

function offsetProblem(
  segment: Segment,
  header: BatchHeader,
  position: number,
  nextOffset: bigint,
): InvalidBatch | undefined {
  const { baseOffset, lastOffset } = header;
  if (lastOffset < nextOffset || (header.magic >= 2 && baseOffset < nextOffset)) {
    return {
      position,
      reason: `the batch has offsets ${baseOffset} to ${lastOffset}, expected is ${nextOffset} or more`,
    };
  }
  if (lastOffset < baseOffset)
    return { position, reason: `the batch ends at offset ${lastOffset}, before its start ${baseOffset}` };
  if (!segment.canHold(lastOffset))
    return { position, reason: `offset ${lastOffset} is too far from the segment's base` };
  return undefined;
}

async function refuseToLose(
  options: RecoverSegmentOptions,
  file: DiskFile,
  invalid: InvalidBatch,
  nextOffset: bigint,
): Promise<void> {
  const { segment, recoveryPoint, logger } = options;
  if (nextOffset >= recoveryPoint) return;
  const hasGoodBehind =
    options.hasDataBehind ||
    (await findValidBatch(file, invalid.position + 1, segment.writtenBytes, nextOffset)) !== undefined;
  if (hasGoodBehind) throw new LogCorruptError(segment.path, invalid.position, invalid.reason);
  const { position, reason } = invalid;
  const fields = { segment: segment.path, position, reason, nextOffset, recoveryPoint };
  logger.error(fields, 'records that were on stable storage are missing');
}
