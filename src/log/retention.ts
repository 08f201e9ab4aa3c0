// Which of the oldest segments may go, by Apache Kafka's rules.

import type { LogConfig } from './log-config.ts';
import type { Segment } from './segment.ts';

export type RetentionReason = 'log start offset' | 'retention.bytes' | 'retention.ms';

export interface RetentionInput {
  /** Rising; the last one is active. */
  readonly segments: readonly Segment[];
  readonly logStartOffset: bigint;
  readonly logEndOffset: bigint;
  readonly highWatermark: bigint;
  readonly nowMs: number;
  readonly config: LogConfig;
}

/** What may take segments of a log with these settings. */
export function retentionReasons(config: LogConfig): readonly RetentionReason[] {
  const isDeleted = config['cleanup.policy'].includes('delete');
  return isDeleted ? ['log start offset', 'retention.bytes', 'retention.ms'] : ['log start offset'];
}

/** How many of the oldest segments `reason` allows to delete. All of them may go, the active one too if it is not empty. */
export async function countDeletable(input: RetentionInput, reason: RetentionReason): Promise<number> {
  const { segments } = input;
  const mayGo = rule(input, reason);
  let count = 0;
  while (count < segments.length) {
    const segment = segments[count] as Segment;
    const next = segments[count + 1];
    const endOffset = next?.baseOffset ?? input.logEndOffset;
    // The log start offset must never pass the high watermark, and an empty active segment would only be made anew.
    if (endOffset > input.highWatermark || (next === undefined && segment.sizeInBytes === 0)) break;
    if (!(await mayGo(segment, next))) break;
    count++;
  }
  return count;
}

type Rule = (segment: Segment, next: Segment | undefined) => boolean | Promise<boolean>;

function rule(input: RetentionInput, reason: RetentionReason): Rule {
  if (reason === 'log start offset') return (_, next) => next !== undefined && next.baseOffset <= input.logStartOffset;
  if (reason === 'retention.bytes') return sizeRule(input);
  const retentionMs = input.config['retention.ms'];
  const { nowMs } = input;
  return async (segment) => retentionMs >= 0 && nowMs - (await newestMs(segment, nowMs)) > retentionMs;
}

function sizeRule({ segments, config }: RetentionInput): Rule {
  const retentionBytes = config['retention.bytes'];
  let excess = segments.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0) - retentionBytes;
  return (segment) => {
    if (retentionBytes < 0 || excess < segment.sizeInBytes) return false;
    excess -= segment.sizeInBytes;
    return true;
  };
}

/** A segment whose records have no timestamps is as old as its file. */
async function newestMs(segment: Segment, nowMs: number): Promise<number> {
  const { timestamp } = await segment.largestTimestamp();
  return timestamp >= 0n ? Number(timestamp) : ((await segment.modifiedMs()) ?? nowMs);
}
