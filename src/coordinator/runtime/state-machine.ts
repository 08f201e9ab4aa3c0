// What a coordinator is to its runtime: state that changes by replaying records, and operations that decide which records to write.

import type { Awaiting } from './awaiting.ts';
import type { LogMarker, LogProducer, LogProducerState } from './coordinator-log.ts';
import type { Timers } from './timers.ts';

/** The state of one partition. All calls come one at a time, and none of them may wait. */
export interface StateMachine<R> {
  /** Applies one record, while loading and right after an operation has decided on it. Must not fail on what an operation here wrote. */
  replay(record: R, context: ReplayContext): void;
  /** Applies the end of a transaction, whose records were replayed before with their producer. */
  replayMarker?(marker: Pick<LogMarker, 'producerId' | 'producerEpoch' | 'isCommit'>): void;
  /** Everything in the log is applied: the time to schedule timers. */
  onLoaded?(): void;
  /** The state is given up. Timers are cancelled and waiting requests refused by the runtime. */
  onUnloaded?(): void;
}

export interface ReplayContext {
  /** Grows with the record's place in the log: its offset, where nothing but records is written there. */
  readonly position: bigint;
  /** Whether the record comes from the log, or from an operation of this moment. */
  readonly isLoading: boolean;
  /** The record counts only once the transaction of this producer is committed. */
  readonly producer?: LogProducer | undefined;
}

/** What the runtime gives to the state machine of a partition when it makes it. */
export interface ShardContext<R> {
  readonly partition: number;
  readonly timers: Timers<R>;
  /** A response that a later operation of this partition completes. Refused by the runtime if the partition goes away first. */
  awaitResponse<Response>(): Awaiting<Response>;
  /** Whether the records fit into one batch. An operation that is going to change the state itself asks before it does. */
  fits(records: readonly R[]): boolean;
  /** What the log will know of a producer when everything that waits is written. */
  producer(producerId: bigint): LogProducerState | undefined;
}

/**
 * What an operation decided. An operation decides first and changes nothing until it can no longer fail: what it throws is the answer, and
 * must leave the state as it was.
 */
export interface OperationResult<R, Response> {
  readonly records: readonly R[];
  /** Released when the records, and everything written before them, are committed. An `Awaiting` is released after its completion. */
  readonly response: Response | Awaiting<Response>;
  /** The operation has changed the state itself, as the records say: they are logged and not replayed. Default false. */
  readonly isApplied?: boolean;
  /** The records may be split into several batches, and a crash may keep only the first of them. Default false: all or nothing. */
  readonly isDivisible?: boolean;
  /** The records are part of this producer's transaction. Refused with INVALID_PRODUCER_EPOCH when a newer one is known; not for `isApplied`. */
  readonly producer?: LogProducer;
  /** Runs once the records are committed: for work outside of the state that must not begin before. Not run when they may be lost. */
  readonly afterCommit?: () => void;
}

export type Operation<R, Response> = () => OperationResult<R, Response>;
