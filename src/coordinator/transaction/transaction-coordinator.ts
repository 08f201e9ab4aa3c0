// The coordinator of transactions as the broker sees it: it gives producers their identity, knows the partitions of their
// transactions, and ends them.

import {
  errorCode,
  KafkaError,
  type ListTransactionsRequest,
  type ListTransactionsResponse,
} from '../../protocol/index.ts';
import type { CoordinatorLog } from '../runtime/coordinator-log.ts';
import { CoordinatorRuntime } from '../runtime/coordinator-runtime.ts';
import { operationError } from '../runtime/operation-error.ts';
import { partitionFor } from '../runtime/partition-for.ts';
import { addPartitions, type PartitionsRequest, verifyPartitions } from './add-partitions.ts';
import { describedError, describeTransaction, listedTransactions, type TransactionDescription } from './describe.ts';
import { type EndTransactionRequest, endTransaction } from './end-transaction.ts';
import {
  checkInitProducerId,
  type InitProducerIdOptions,
  initProducerId,
  type ProducerIdentity,
} from './init-producer-id.ts';
import { Permits } from './permits.ts';
import type { TransactionContext, TransactionResult } from './transaction-context.ts';
import { type TransactionRecord, transactionRecordSerde } from './transaction-record.ts';
import { TransactionShard, type TransactionShardOptions } from './transaction-shard.ts';
import { isTransactionState } from './transaction-state.ts';
import { transactionalIdMatcher } from './transactional-id-pattern.ts';

export interface TransactionCoordinatorOptions
  extends Pick<
    TransactionShardOptions,
    'clock' | 'logger' | 'config' | 'writeMarker' | 'transactionVersion' | 'coordinatorEpoch'
  > {
  readonly log: CoordinatorLog;
  /** Partitions of the transaction topic: as it was created, not as it would be now. */
  partitionCount(): number;
  /** An id that was never given out before. */
  nextProducerId(): Promise<bigint>;
}

/** Markers that are under way at a time. */
const MAX_MARKERS_UNDER_WAY = 1000;

export class TransactionCoordinator {
  readonly #options: TransactionCoordinatorOptions;
  readonly #runtime: CoordinatorRuntime<TransactionRecord, TransactionShard>;
  /** An operation cannot wait for a producer id, so that some are kept at hand. */
  readonly #producerIds: bigint[] = [];

  constructor(options: TransactionCoordinatorOptions) {
    this.#options = options;
    const { log, clock, logger, config, writeMarker } = options;
    const permits = new Permits(MAX_MARKERS_UNDER_WAY);
    this.#runtime = new CoordinatorRuntime({
      log,
      clock,
      logger,
      serde: transactionRecordSerde(() => options.transactionVersion()),
      createState: (shard): TransactionShard =>
        new TransactionShard(
          {
            clock,
            logger,
            config,
            permits,
            writeMarker,
            transactionVersion: () => options.transactionVersion(),
            coordinatorEpoch: (partition) => options.coordinatorEpoch(partition),
            maxTransactionalIds: () =>
              Math.ceil(config['transaction.max.transactional.ids'] / options.partitionCount()),
            takeProducerId: () => this.#takeProducerId(),
            run: (operation) => this.#runtime.write(shard.partition, operation),
          },
          shard,
        ),
    });
  }

  /** The partition of the transaction topic that keeps the transactional id. */
  partitionFor(transactionalId: string): number {
    return partitionFor(transactionalId, this.#options.partitionCount());
  }

  /** This broker leads the partition: its transactions are loaded, then served. Rejects when the first load fails; later ones follow. */
  load(partition: number): Promise<void> {
    return this.#runtime.load(partition);
  }

  unload(partition: number): Promise<void> {
    return this.#runtime.unload(partition);
  }

  stop(): Promise<void> {
    return this.#runtime.stop();
  }

  /** Rejects with the `KafkaError` to answer. */
  async initProducerId(options: InitProducerIdOptions): Promise<ProducerIdentity> {
    checkInitProducerId(this.#options.config, options);
    await this.#provideProducerId();
    const outcome = await this.#write(options.transactionalId, (context) => initProducerId(context, options));
    if (outcome === 'CONCURRENT_TRANSACTIONS') throw new KafkaError(outcome);
    return outcome;
  }

  /** Rejects with the `KafkaError` to answer for all partitions. */
  async addPartitions(request: PartitionsRequest, clientTransactionVersion: number): Promise<void> {
    await this.#write(request.transactionalId, (context) => addPartitions(context, request, clientTransactionVersion));
  }

  /** As `addPartitions`, of partitions that should be known already. The error of each partition, in their order. */
  async verifyPartitions(request: PartitionsRequest): Promise<ReturnType<typeof verifyPartitions>> {
    return this.#read(request.transactionalId, (context) => verifyPartitions(context, request));
  }

  /** The identity with which the producer goes on; -1 where it keeps the one that it has. Rejects with the `KafkaError` to answer. */
  async endTransaction(request: EndTransactionRequest): Promise<ProducerIdentity> {
    await this.#provideProducerId();
    return this.#write(request.transactionalId, (context) => endTransaction(context, request));
  }

  /** Resolves when a transaction that is being ended has ended. Never rejects. */
  async whenEnded(transactionalId: string): Promise<void> {
    try {
      const { ended } = await this.#runtime.read(this.partitionFor(transactionalId), (shard) => ({
        // In an object, since a promise would be awaited with the answer.
        ended: shard.whenEnded(transactionalId),
      }));
      await ended;
    } catch {
      // Without the coordinator there is nothing to wait for; the next request will be told so.
    }
  }

  async describeTransaction(transactionalId: string): Promise<TransactionDescription> {
    if (transactionalId === '') return describedError(transactionalId, errorCode('INVALID_REQUEST'));
    try {
      return await this.#read(transactionalId, (context) => describeTransaction(context, transactionalId));
    } catch (error) {
      return describedError(transactionalId, errorCode(operationError(error)));
    }
  }

  async listTransactions(request: ListTransactionsRequest): Promise<Omit<ListTransactionsResponse, 'throttleTimeMs'>> {
    const unknownStateFilters = request.stateFilters.filter((name) => !isTransactionState(name));
    try {
      const matches = transactionalIdMatcher(request.transactionalIdPattern);
      const listed = await Promise.all(
        this.#runtime.partitions.map((partition) =>
          this.#runtime.read(partition, ({ context }) => listedTransactions(context, request, matches)),
        ),
      );
      return { errorCode: 0, unknownStateFilters, transactionStates: listed.flat() };
    } catch (error) {
      return { errorCode: errorCode(operationError(error)), unknownStateFilters: [], transactionStates: [] };
    }
  }

  async #write<Response>(
    transactionalId: string,
    operation: (context: TransactionContext) => TransactionResult<Response>,
  ): Promise<Response> {
    try {
      return await this.#runtime.write(this.partitionFor(transactionalId), ({ context }) => operation(context));
    } catch (error) {
      throw translated(error);
    }
  }

  async #read<Answer>(transactionalId: string, query: (context: TransactionContext) => Answer): Promise<Answer> {
    try {
      return await this.#runtime.read(this.partitionFor(transactionalId), ({ context }) => query(context));
    } catch (error) {
      throw translated(error);
    }
  }

  /** When it resolves there is an id for the operation that begins in the same turn. */
  async #provideProducerId(): Promise<void> {
    while (this.#producerIds.length === 0) this.#producerIds.push(await this.#options.nextProducerId());
  }

  #takeProducerId(): bigint | undefined {
    const producerId = this.#producerIds.pop();
    if (producerId === undefined) {
      this.#provideProducerId().catch((error: unknown) => {
        this.#options.logger.warn({ error }, 'cannot get a producer id');
      });
    }
    return producerId;
  }
}

function translated(error: unknown): KafkaError {
  const name = operationError(error);
  return error instanceof KafkaError && error.code === name ? error : new KafkaError(name);
}
