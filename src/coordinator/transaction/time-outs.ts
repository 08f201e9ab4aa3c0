// What time does to transactional ids: transactions that are open for too long are aborted, ids that nobody uses are forgotten.

import { fence } from './end-transaction.ts';
import { nowMs, type TransactionContext, type TransactionResult } from './transaction-context.ts';
import {
  FIRST_VERSION_WITH_EPOCH_BUMP,
  isEpochExhausted,
  type TransactionMetadata,
  TWO_PHASE_COMMIT_TIMEOUT_MS,
} from './transaction-metadata.ts';
import { isIdle } from './transaction-state.ts';

/** Looks for both now and then, as long as the partition is in service. */
export function scheduleTimeOuts(context: TransactionContext): void {
  schedule(context, 'transaction.abort.timed.out.transaction.cleanup.interval.ms', abortTimedOut);
  schedule(context, 'transaction.remove.expired.transaction.cleanup.interval.ms', removeExpired);
}

export function abortTimedOut(context: TransactionContext): TransactionResult<undefined> {
  const now = nowMs(context);
  const results: TransactionResult<undefined>[] = [];
  for (const current of context.transactions.values()) {
    if (!hasTimedOut(current, now)) continue;
    // One that needs a producer id which is not at hand comes next time.
    const result = withProducerId(context, current);
    if (result === undefined) continue;
    context.logger.info(
      { transactionalId: current.transactionalId },
      'aborting a transaction that is open for too long',
    );
    results.push(result);
  }
  return {
    records: results.flatMap(({ records }) => records),
    response: undefined,
    isDivisible: true,
    afterCommit: () => {
      for (const { afterCommit } of results) afterCommit?.();
    },
  };
}

export function removeExpired(context: TransactionContext): TransactionResult<undefined> {
  const expiredBefore = nowMs(context) - BigInt(context.config['transactional.id.expiration.ms']);
  const records = Array.from(context.transactions.values())
    .filter(({ state, lastUpdateTimestampMs }) => isIdle(state) && lastUpdateTimestampMs <= expiredBefore)
    .map(({ transactionalId }) => ({ transactionalId, metadata: null }));
  if (records.length > 0)
    context.logger.info({ transactionalIds: records.length }, 'removed expired transactional ids');
  return { records, response: undefined, isDivisible: true };
}

function schedule(
  context: TransactionContext,
  interval:
    | 'transaction.abort.timed.out.transaction.cleanup.interval.ms'
    | 'transaction.remove.expired.transaction.cleanup.interval.ms',
  work: (context: TransactionContext) => TransactionResult<undefined>,
): void {
  context.shard.timers.schedule(interval, context.config[interval], () => {
    schedule(context, interval, work);
    return work(context);
  });
}

function hasTimedOut({ state, timeoutMs, startTimestampMs }: TransactionMetadata, now: bigint): boolean {
  if (state !== 'Ongoing' || timeoutMs === TWO_PHASE_COMMIT_TIMEOUT_MS) return false;
  return startTimestampMs + BigInt(timeoutMs) < now;
}

function withProducerId(
  context: TransactionContext,
  current: TransactionMetadata,
): TransactionResult<undefined> | undefined {
  const isExhausted = isEpochExhausted(current.producerEpoch);
  if (!isExhausted || context.transactionVersion() < FIRST_VERSION_WITH_EPOCH_BUMP) return fence(context, current);
  const producerId = context.takeProducerId();
  return producerId === undefined ? undefined : fence({ ...context, takeProducerId: () => producerId }, current);
}
