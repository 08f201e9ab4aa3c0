// What one append brings to a log: checked, in order for its producer, and with its offsets and leader epoch written into it.

import type { Log } from '../../log/index.ts';
import { type BatchHeader, KafkaError } from '../../protocol/index.ts';
import type { AppendOptions } from '../engine.ts';
import { decide } from '../sequencer.ts';
import { validateAppend } from '../validate-append.ts';
import { placeBatches } from './place-batches.ts';
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
  const { records, batches: headers, logAppendTimeMs } = validateAppend(received, rules);
  // Of those who are not idempotent nothing is known that could speak against it.
  const decision = headers.some(isOfKnownProducer)
    ? decide(log, sequencedBatches(records, headers, options))
    : undefined;
  for (const result of decision?.results ?? []) {
    if (result.outcome === 'refused') throw new KafkaError(result.error, `Cannot append to ${name}: ${result.message}`);
    if (result.outcome === 'duplicate') {
      const time = logAppendTimeMs < 0n ? -1n : result.timestamp;
      const { baseOffset, lastOffset } = result;
      return { records, headers, baseOffset, lastOffset, logAppendTimeMs: time, isDuplicate: true };
    }
  }
  const baseOffset = log.logEndOffset;
  const lastOffset = placeBatches(records, headers, baseOffset, leaderEpoch);
  if (decision !== undefined && lastOffset + 1n !== decision.changes.logEndOffset)
    throw new Error(`${name} would end with ${lastOffset}, it should end at ${decision.changes.logEndOffset}`);
  return { records, headers, baseOffset, lastOffset, logAppendTimeMs, isDuplicate: false };
}

function isOfKnownProducer({ producerId }: BatchHeader): boolean {
  return producerId >= 0n;
}
