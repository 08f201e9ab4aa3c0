// Gives records to a handler one by one, several at a time where their keys differ: what most applications want of a consumer.

import { abortable } from '../connection-pool.ts';
import { ClientError } from '../errors.ts';
import type { ConsumedBatch, ConsumerRecord } from './consumer-record.ts';

/** How many records are worked on at a time, and until when. */
export interface EachRecordOptions {
  /** Handlers at work at the same time. Default 1. Records of one key never overlap and stay in order; so do those without a key. */
  readonly concurrency?: number | undefined;
  /** Ends the loop; handlers that are at work get it too. */
  readonly signal?: AbortSignal | undefined;
}

/** `signal` is aborted when the loop ends, because it was told to or because another handler threw. */
export type RecordHandler = (record: ConsumerRecord, signal: AbortSignal) => Promise<void> | void;

/**
 * Works through batches until the signal is aborted. The next batch is taken when every record of the one before was worked on, so that offsets are
 * committed in order, and a rebalance takes no partition from a handler at work. Rejects with what a handler threw; nothing of its batch counts
 * as consumed then: `giveBack` hears of it.
 */
export async function handleEach(
  batches: AsyncIterable<ConsumedBatch>,
  handler: RecordHandler,
  { concurrency = 1, signal }: EachRecordOptions,
  giveBack: (batch: ConsumedBatch) => void = () => {},
): Promise<void> {
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new ClientError(`Cannot run ${concurrency} handlers at a time`);
  for await (const batch of batches) {
    const over = new AbortController();
    const ends = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
    const work = handleBatch(batch.records, handler, concurrency, ends);
    try {
      await abortable(work, signal);
    } catch (error) {
      over.abort(error);
      giveBack(batch);
      if (signal?.aborted) return;
      throw error;
    }
  }
}

async function handleBatch(
  records: readonly ConsumerRecord[],
  handler: RecordHandler,
  concurrency: number,
  signal: AbortSignal,
): Promise<void> {
  const lanes = concurrency === 1 ? [records] : lanesByKey(records);
  let next = 0;
  const worker = async () => {
    for (let lane = lanes[next++]; lane !== undefined; lane = lanes[next++]) {
      for (const record of lane) {
        if (signal.aborted) return;
        await handler(record, signal);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, lanes.length) }, worker));
}

/** What has to stay in order. Bounded by `maxPollRecords`. */
function lanesByKey(records: readonly ConsumerRecord[]): ConsumerRecord[][] {
  const lanes = new Map<string | null, ConsumerRecord[]>();
  for (const record of records) {
    const key = record.key?.toString('latin1') ?? null;
    const lane = lanes.get(key);
    if (lane) lane.push(record);
    else lanes.set(key, [record]);
  }
  return [...lanes.values()];
}
