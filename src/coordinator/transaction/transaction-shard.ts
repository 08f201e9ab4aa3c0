// The transactional ids of one partition of `__transaction_state`, as its log tells them.

import { type Clock, sleep } from '../../platform/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { ShardContext, StateMachine } from '../runtime/state-machine.ts';
import { MarkerWriter, type WriteMarker } from './marker-writer.ts';
import type { Permits } from './permits.ts';
import { scheduleTimeOuts } from './time-outs.ts';
import {
  changedTo,
  nowMs,
  type TransactionConfig,
  type TransactionContext,
  type TransactionResult,
} from './transaction-context.ts';
import { completed } from './transaction-metadata.ts';
import type { TransactionRecord } from './transaction-record.ts';
import { isEnding } from './transaction-state.ts';

export interface TransactionShardOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: TransactionConfig;
  readonly permits: Permits;
  readonly writeMarker: WriteMarker;
  transactionVersion(): number;
  maxTransactionalIds(): number;
  takeProducerId(): bigint | undefined;
  coordinatorEpoch(partition: number): number;
  /** Runs an operation on the partition. */
  run(operation: (shard: TransactionShard) => TransactionResult<undefined>): Promise<undefined>;
}

const RETRY_BACKOFF_MS = 100;

export class TransactionShard implements StateMachine<TransactionRecord> {
  readonly context: TransactionContext;
  readonly #options: TransactionShardOptions;
  readonly #closing = new AbortController();
  readonly #markers: MarkerWriter;
  readonly #endings = new Map<string, Promise<void>>();

  constructor(options: TransactionShardOptions, shard: ShardContext<TransactionRecord>) {
    const { clock, config, permits, writeMarker } = options;
    const logger = options.logger.child({ partition: shard.partition });
    this.#options = options;
    this.#markers = new MarkerWriter({
      write: writeMarker,
      clock,
      logger,
      permits,
      coordinatorEpoch: options.coordinatorEpoch(shard.partition),
      signal: this.#closing.signal,
    });
    this.context = {
      config,
      clock,
      logger,
      shard,
      transactions: new Map(),
      transactionVersion: () => options.transactionVersion(),
      maxTransactionalIds: () => options.maxTransactionalIds(),
      takeProducerId: () => options.takeProducerId(),
      writeMarkers: (transactionalId) => this.#begin(transactionalId),
    };
  }

  replay({ transactionalId, metadata }: TransactionRecord): void {
    const { transactions } = this.context;
    if (metadata === null) transactions.delete(transactionalId);
    else transactions.set(transactionalId, metadata);
  }

  onLoaded(): void {
    const { transactions, logger } = this.context;
    const ending = Array.from(transactions.values()).filter(({ state }) => isEnding(state));
    for (const { transactionalId } of ending) this.#begin(transactionalId);
    scheduleTimeOuts(this.context);
    if (transactions.size > 0)
      logger.info({ transactionalIds: transactions.size, ending: ending.length }, 'loaded transactions');
  }

  onUnloaded(): void {
    this.#closing.abort(new Error('the partition is not in service'));
  }

  /** Resolves when the transaction that is being ended has ended; at once, if there is none. Never rejects. */
  whenEnded(transactionalId: string): Promise<void> {
    return this.#endings.get(transactionalId) ?? Promise.resolve();
  }

  #begin(transactionalId: string): void {
    if (this.#endings.has(transactionalId) || this.#closing.signal.aborted) return;
    const ending = this.#end(transactionalId)
      .catch((error: unknown) => {
        // The next to load the partition goes on with it.
        if (!this.#closing.signal.aborted)
          this.context.logger.error({ error, transactionalId }, 'cannot complete a transaction');
      })
      .finally(() => this.#endings.delete(transactionalId));
    this.#endings.set(transactionalId, ending);
  }

  async #end(transactionalId: string): Promise<void> {
    const metadata = this.context.transactions.get(transactionalId);
    if (metadata === undefined || !isEnding(metadata.state)) return;
    await this.#markers.writeAll(metadata);
    while (!(await this.#complete(transactionalId)))
      await sleep(this.context.clock, RETRY_BACKOFF_MS, this.#closing.signal);
  }

  /** False when it should be tried again. The operation runs at once, so the next transaction need not wait for the disk. */
  async #complete(transactionalId: string): Promise<boolean> {
    this.#closing.signal.throwIfAborted();
    let isApplied = false;
    const written = this.#options.run(({ context }) => {
      const current = context.transactions.get(transactionalId);
      isApplied = true;
      if (current === undefined || !isEnding(current.state)) return { records: [], response: undefined };
      return changedTo(completed(current, nowMs(context)), undefined);
    });
    if (isApplied) {
      // If it is lost, the partition is loaded again, and finds the transaction to be completed once more.
      written.catch(() => {});
      return true;
    }
    await written.catch(() => {});
    return false;
  }
}
