// What one append brings to a log: checked, in order for its producer, and with its offsets and leader epoch written into it.

import type { Log } from '../../log/index.ts';
import { type BatchHeader, KafkaError } from '../../protocol/index.ts';
import type { AppendOptions } from '../engine.ts';
import { decide } from '../sequencer.ts';
import { validateAppend } from '../validate-append.ts';
import { placedBatches } from './placed-batches.ts';
import { sequencedBatches } from './sequenced-batches.ts';

export interface JudgedAppend {
  readonly records: Buffer;
  readonly headers: readonly BatchHeader[];
  readonly baseOffset: bigint;
  readonly lastOffset: bigint;
  readonly logAppendTimeMs: bigint;
  /** It is in the log already, where the offsets say. */
  readonly isDuplicate: boolean;
}

/**
 * Judges what is to follow the end of the log; nothing is in the log yet. Throws a `KafkaError` for what may not be appended. Hot path: a header, a CRC
 * and a handful of small objects for each batch; bytes are neither parsed nor copied.
 */
export function judgeAppend(
  log: Log,
  received: Buffer,
  options: AppendOptions,
  place: { readonly name: string; readonly leaderEpoch: number; readonly nowMs: number },
): JudgedAppend {
  const { name, leaderEpoch, nowMs } = place;
  const rules = { name, config: log.config, origin: options.origin, nowMs };
  const { records, batches, logAppendTimeMs } = validateAppend(received, rules);
  const { results, changes } = decide(log, sequencedBatches(records, batches, options));
  for (const result of results) {
    if (result.outcome === 'refused') throw new KafkaError(result.error, `Cannot append to ${name}: ${result.message}`);
    if (result.outcome === 'duplicate') {
      const { baseOffset, lastOffset, timestamp } = result;
      const time = logAppendTimeMs < 0n ? -1n : timestamp;
      return { records, headers: batches, baseOffset, lastOffset, logAppendTimeMs: time, isDuplicate: true };
    }
  }
  const baseOffset = log.logEndOffset;
  const headers = placedBatches(records, batches, baseOffset, leaderEpoch);
  const lastOffset = headers.at(-1)?.lastOffset ?? -1n;
  if (lastOffset + 1n !== changes.logEndOffset)
    throw new Error(`${name} would end with ${lastOffset}, it should end at ${changes.logEndOffset}`);
  return { records, headers, baseOffset, lastOffset, logAppendTimeMs, isDuplicate: false };
}
