// The coordinator of one partition, from one load to the end of its service. It is never revived: after a failure the runtime makes
// another one, which loads what the log really has.

import type { Clock } from '../../platform/index.ts';
import { type ErrorName, KafkaError } from '../../protocol/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { Awaiting, isAwaiting } from './awaiting.ts';
import type { CoordinatorLog, LogMarker, LogProducer, LogProducerState, LogRecord } from './coordinator-log.ts';
import { requireCurrentMarker, requireCurrentProducer } from './producer-fencing.ts';
import type { RecordSerde } from './record-serde.ts';
import type { Operation, OperationResult, ShardContext, StateMachine } from './state-machine.ts';
import { Timers } from './timers.ts';
import { type QueuedBatch, WriteQueue } from './write-queue.ts';

export interface ShardOptions<R, S extends StateMachine<R>> {
  readonly partition: number;
  readonly log: CoordinatorLog;
  readonly serde: RecordSerde<R>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Operations are refused while more bytes than this wait to be written. */
  readonly maxWaitingBytes: number;
  createState(context: ShardContext<R>): S;
  /** The partition stopped itself: its state and its log may differ. */
  onFailure(error: Error): void;
}

type Phase = 'loading' | 'active' | 'closed';

export class Shard<R, S extends StateMachine<R>> {
  readonly #options: ShardOptions<R, S>;
  readonly #state: S;
  readonly #timers: Timers<R>;
  readonly #queue: WriteQueue;
  readonly #awaitings = new Set<{ refuse(error: Error): void }>();
  readonly #closing = new AbortController();
  #phase: Phase = 'loading';
  #position = -1n;
  // What the running operation has completed: released with the commit of its records, which are not queued yet.
  #completions: (() => void)[] = [];

  constructor(options: ShardOptions<R, S>) {
    this.#options = options;
    this.#timers = new Timers(options.clock, (operation) => this.#runTimer(operation));
    this.#queue = new WriteQueue({
      append: (batch) => this.#append(batch),
      maxBatchBytes: () => options.log.maxBatchBytes(options.partition),
      onFailure: (error) => this.#fail(error),
    });
    this.#state = options.createState({
      partition: options.partition,
      timers: this.#timers,
      awaitResponse: <Response>() => this.#awaitResponse<Response>(),
      producer: (producerId) => this.#producer(producerId),
      fits: (records) =>
        this.#queue.accepts(
          records.map((record) => options.serde.serialize(record)),
          false,
        ),
    });
  }

  /** Applies the whole log. Rejects when it cannot be read or applied; the shard is of no use then. */
  async load(): Promise<void> {
    const { log, partition, serde } = this.#options;
    const visitor = {
      record: (bytes: LogRecord, offset: bigint, producer?: LogProducer) => {
        this.#position = offset;
        const record = serde.deserialize(bytes);
        if (record !== undefined) this.#state.replay(record, { position: offset, isLoading: true, producer });
      },
      marker: (marker: Pick<LogMarker, 'producerId' | 'producerEpoch' | 'isCommit'>, offset: bigint) => {
        this.#position = offset;
        this.#state.replayMarker?.(marker);
      },
    };
    await log.load(partition, visitor, this.#closing.signal);
    this.#closing.signal.throwIfAborted();
    this.#phase = 'active';
    this.#state.onLoaded?.();
  }

  /** Runs the operation at once; resolves with its response when everything written until then is committed. */
  write<Response>(operation: (state: S) => OperationResult<R, Response>): Promise<Response> {
    if (this.#queue.waitingBytes > this.#options.maxWaitingBytes) {
      return Promise.reject(new KafkaError('COORDINATOR_NOT_AVAILABLE', 'too much is waiting to be written'));
    }
    return this.#run(() => operation(this.#state));
  }

  /** As `write`, for what changes nothing: the answer leaves when everything that it may show is committed. */
  read<Answer>(query: (state: S) => Answer): Promise<Answer> {
    return this.#run(() => ({ records: [], response: query(this.#state) }), false);
  }

  /** For those who only count: what the state is now, committed or not; undefined while it is not loaded. */
  peek<Answer>(query: (state: S) => Answer): Answer | undefined {
    return this.#phase === 'active' ? query(this.#state) : undefined;
  }

  /** Ends a transaction that records of this partition are part of. Rejects with INVALID_PRODUCER_EPOCH, TRANSACTION_COORDINATOR_FENCED. */
  completeTransaction(marker: LogMarker): Promise<void> {
    return this.#run(() => {
      requireCurrentMarker(marker, this.#producer(marker.producerId));
      this.#position++;
      this.#state.replayMarker?.(marker);
      this.#queue.addMarker(marker);
      return { records: [], response: undefined };
    });
  }

  /** Ends the service: everyone who waits is refused with `error`. Resolves when no append is under way. Closing twice is harmless. */
  async close(error: Error): Promise<void> {
    if (this.#phase !== 'closed') {
      this.#phase = 'closed';
      this.#closing.abort(error);
      this.#timers.cancelAll();
      this.#queue.fail(error);
      for (const awaiting of this.#awaitings) awaiting.refuse(error);
      this.#awaitings.clear();
      this.#state.onUnloaded?.();
    }
    await this.#queue.settled();
  }

  #run<Response>(operation: Operation<R, Response>, mayChange = true): Promise<Response> {
    if (this.#phase !== 'active') return Promise.reject(new KafkaError('COORDINATOR_LOAD_IN_PROGRESS'));
    return new Promise((resolve, reject) => {
      let outcome: () => void;
      try {
        const response = this.#perform(operation);
        if (isAwaiting(response)) {
          // It has an owner in the set of awaiting responses: released by a completion, or refused when the shard closes.
          response.promise.then(resolve, reject);
          outcome = () => {};
        } else {
          outcome = () => resolve(response);
        }
      } catch (error) {
        // Errors wait like answers: they may tell of something that is not committed yet.
        outcome = () => reject(error);
        if (!(error instanceof KafkaError)) {
          this.#options.logger.error({ error }, 'an operation failed unexpectedly');
          reject(error);
          // It may have stopped half-way through a change.
          if (mayChange) this.#fail(error instanceof Error ? error : new Error(String(error)));
        }
      }
      this.#completions.push(outcome);
      for (const release of this.#completions.splice(0))
        this.#queue.afterCommit({ committed: release, failed: reject });
    });
  }

  #perform<Response>(operation: Operation<R, Response>): Response | Awaiting<Response> {
    const { serde } = this.#options;
    const result = operation();
    const { producer, afterCommit } = result;
    if (afterCommit !== undefined) this.#completions.push(afterCommit);
    if (result.records.length === 0) return result.response;
    const isDivisible = result.isDivisible ?? false;
    const records = result.records.map((record) => serde.serialize(record));
    if (!this.#queue.accepts(records, isDivisible)) {
      const error = new KafkaError('RECORD_LIST_TOO_LARGE', `${records.length} records do not fit into one batch`);
      if (result.isApplied) this.#fail(error);
      throw error;
    }
    if (producer !== undefined) requireCurrentProducer(producer, this.#producer(producer.producerId));
    if (result.isApplied) this.#position += BigInt(records.length);
    else this.#replay(result.records, producer);
    this.#queue.add(records, isDivisible, producer);
    return result.response;
  }

  async #append({ records, producer, marker }: QueuedBatch): Promise<void> {
    const { log, partition } = this.#options;
    if (producer === undefined && marker === undefined) return log.append(partition, records);
    if (log.transactions === undefined) throw new Error('this log has no transactions');
    if (marker !== undefined) return log.transactions.appendMarker(partition, marker);
    if (producer !== undefined) return log.transactions.append(partition, records, producer);
  }

  /** As the log will know it when everything queued is appended. */
  #producer(producerId: bigint): LogProducerState | undefined {
    const { log, partition } = this.#options;
    const logged = log.transactions?.producer(partition, producerId);
    const queued = this.#queue.producer(producerId);
    return queued === undefined ? logged : { ...queued, coordinatorEpoch: logged?.coordinatorEpoch ?? -1 };
  }

  #replay(records: readonly R[], producer: LogProducer | undefined): void {
    try {
      for (const record of records)
        this.#state.replay(record, { position: ++this.#position, isLoading: false, producer });
    } catch (error) {
      // Some records are applied and none is logged: only the log knows what is true now.
      this.#fail(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  #awaitResponse<Response>(): Awaiting<Response> {
    const awaiting = new Awaiting<Response>((completed, response) => {
      this.#completions.push(() => {
        this.#awaitings.delete(completed);
        completed.release(response);
      });
    });
    this.#awaitings.add(awaiting);
    return awaiting;
  }

  #runTimer(operation: Operation<R, undefined>): void {
    this.#run(operation).catch((error: unknown) => {
      // Nobody waits for it. A closed shard has told everyone who does; anything else was logged where it happened.
      this.#options.logger.debug({ error }, 'the operation of a timer failed');
    });
  }

  #fail(cause: Error): void {
    const { logger, onFailure } = this.#options;
    if (this.#phase === 'closed') return;
    logger.error({ error: cause }, 'cannot go on with what is in memory: the partition is loaded again');
    this.close(new KafkaError(refusalFor(cause), cause.message)).then(
      () => onFailure(cause),
      (error: unknown) => logger.error({ error }, 'cannot give up the state of the partition'),
    );
  }
}

/** Kafka's translation: a client may ask again here after most errors, and should look for the coordinator anew after these. */
function refusalFor(cause: Error): ErrorName {
  const isGone =
    cause instanceof KafkaError && (cause.code === 'NOT_LEADER_OR_FOLLOWER' || cause.code === 'KAFKA_STORAGE_ERROR');
  return isGone ? 'NOT_COORDINATOR' : 'COORDINATOR_NOT_AVAILABLE';
}
