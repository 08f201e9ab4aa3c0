// Gives batches their offsets and judges what idempotent and transactional producers send. A pure function over data, so that every
// engine, and the simulation, decides alike: no I/O, no clock, no chance, and nothing is changed that was passed in.

import { BATCHES_KEPT_PER_PRODUCER, lastSequenceOf, type ProducerBatch, type ProducerEntry } from '../log/index.ts';

/** The end of a transaction, as a control batch carries it. */
export interface TransactionMarker {
  readonly isAbort: boolean;
  readonly coordinatorEpoch: number;
  /** 2 and above: a marker's epoch must be above the producer's (KIP-890). */
  readonly transactionVersion: number;
}

/** What the sequencer needs to know of a batch; a batch header has most of it. */
export interface SequencedBatch {
  readonly lastOffsetDelta: number;
  readonly maxTimestamp: bigint;
  /** -1 when the producer is not idempotent; nothing is judged then. */
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly isTransactional: boolean;
  /** Of a control batch that ends a transaction. */
  readonly marker?: TransactionMarker | undefined;
  /** Only what clients send has sequences to judge. */
  readonly origin: 'client' | 'coordinator';
}

export interface SequencerState {
  readonly logEndOffset: bigint;
  readonly producers: { get(producerId: bigint): ProducerEntry | undefined };
}

export type SequencingError =
  | 'OUT_OF_ORDER_SEQUENCE_NUMBER'
  | 'INVALID_PRODUCER_EPOCH'
  | 'INVALID_TXN_STATE'
  | 'TRANSACTION_COORDINATOR_FENCED';

export type SequencingResult =
  | { readonly outcome: 'appended'; readonly baseOffset: bigint; readonly lastOffset: bigint }
  /** It is in the log already, where these offsets say. */
  | {
      readonly outcome: 'duplicate';
      readonly baseOffset: bigint;
      readonly lastOffset: bigint;
      readonly timestamp: bigint;
    }
  | { readonly outcome: 'refused'; readonly error: SequencingError; readonly message: string };

export interface CompletedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
  /** Of the marker. */
  readonly lastOffset: bigint;
  readonly isAborted: boolean;
}

/** How the state differs once the batches with the outcome `appended` are in the log. */
export interface SequencerChanges {
  readonly logEndOffset: bigint;
  readonly producers: ReadonlyMap<bigint, ProducerEntry>;
  readonly completedTransactions: readonly CompletedTransaction[];
}

export interface Decision {
  /** One per batch, in their order. */
  readonly results: readonly SequencingResult[];
  readonly changes: SequencerChanges;
}

/** Judges the batches one after the other; each finds the state as the ones before it left it, a refused one leaves no trace. */
export function decide(state: SequencerState, batches: readonly SequencedBatch[]): Decision {
  let producers: Map<bigint, ProducerEntry> | undefined;
  let completedTransactions: CompletedTransaction[] | undefined;
  let nextOffset = state.logEndOffset;
  const results = batches.map((batch): SequencingResult => {
    const baseOffset = nextOffset;
    const lastOffset = baseOffset + BigInt(batch.lastOffsetDelta);
    if (batch.producerId >= 0n) {
      const entry = producers?.get(batch.producerId) ?? state.producers.get(batch.producerId);
      const objection = duplicateOf(entry, batch) ?? refusalOf(entry, batch);
      if (objection !== undefined) return objection;
      producers ??= new Map();
      producers.set(batch.producerId, entryAfter(entry, batch, baseOffset, lastOffset));
      if (batch.marker !== undefined && entry?.currentTxnFirstOffset !== undefined) {
        completedTransactions ??= [];
        completedTransactions.push({
          producerId: batch.producerId,
          firstOffset: entry.currentTxnFirstOffset,
          lastOffset,
          isAborted: batch.marker.isAbort,
        });
      }
    }
    nextOffset = lastOffset + 1n;
    return { outcome: 'appended', baseOffset, lastOffset };
  });
  return {
    results,
    changes: {
      logEndOffset: nextOffset,
      producers: producers ?? NO_PRODUCERS,
      completedTransactions: completedTransactions ?? NO_TRANSACTIONS,
    },
  };
}

const NO_PRODUCERS: ReadonlyMap<bigint, ProducerEntry> = new Map();
const NO_TRANSACTIONS: readonly CompletedTransaction[] = [];
const SEQUENCES = 2 ** 31;
const LARGEST_EPOCH = 32767;

function duplicateOf(entry: ProducerEntry | undefined, batch: SequencedBatch): SequencingResult | undefined {
  if (entry === undefined || batch.origin !== 'client' || entry.producerEpoch !== batch.producerEpoch) return undefined;
  const last = endSequence(batch);
  for (const known of entry.batches) {
    if (known.firstSequence !== batch.baseSequence || known.lastSequence !== last) continue;
    const { firstOffset, lastOffset, timestamp } = known;
    return { outcome: 'duplicate', baseOffset: firstOffset, lastOffset, timestamp };
  }
  return undefined;
}

function refusalOf(entry: ProducerEntry | undefined, batch: SequencedBatch): SequencingResult | undefined {
  if (entry === undefined) return undefined;
  if (batch.marker !== undefined) return markerRefusal(entry, batch, batch.marker);
  if (batch.producerEpoch < entry.producerEpoch) return staleEpoch(entry, batch);
  if (batch.origin === 'client') {
    const refusal = sequenceRefusal(entry, batch);
    if (refusal !== undefined) return refusal;
  }
  if (entry.currentTxnFirstOffset !== undefined && !batch.isTransactional) {
    return refused(
      'INVALID_TXN_STATE',
      `producer ${batch.producerId} has a transaction open since offset ${entry.currentTxnFirstOffset}, the batch is not part of one`,
    );
  }
  return undefined;
}

function sequenceRefusal(entry: ProducerEntry, batch: SequencedBatch): SequencingResult | undefined {
  if (batch.producerEpoch !== entry.producerEpoch) {
    if (batch.baseSequence === 0) return undefined;
    return outOfOrder(batch, `the first sequence of the new epoch ${batch.producerEpoch} must be 0`);
  }
  const last = lastSequenceOf(entry);
  if (batch.baseSequence === (last + 1) % SEQUENCES) return undefined;
  return outOfOrder(batch, `the last sequence was ${last}`);
}

function markerRefusal(
  entry: ProducerEntry,
  batch: SequencedBatch,
  marker: TransactionMarker,
): SequencingResult | undefined {
  if (marker.transactionVersion >= 2) {
    // A marker written twice: the transaction has ended, or is one that started on the largest epoch, where no bump is left.
    const isRetry =
      batch.producerEpoch === entry.producerEpoch &&
      (entry.currentTxnFirstOffset === undefined || batch.producerEpoch === LARGEST_EPOCH);
    if (batch.producerEpoch <= entry.producerEpoch && !isRetry) return staleEpoch(entry, batch);
  } else if (batch.producerEpoch < entry.producerEpoch) {
    return staleEpoch(entry, batch);
  }
  if (marker.coordinatorEpoch >= entry.coordinatorEpoch) return undefined;
  return refused(
    'TRANSACTION_COORDINATOR_FENCED',
    `a transaction marker of producer ${batch.producerId} has coordinator epoch ${marker.coordinatorEpoch}, the last was ${entry.coordinatorEpoch}`,
  );
}

function staleEpoch(entry: ProducerEntry, batch: SequencedBatch): SequencingResult {
  return refused(
    'INVALID_PRODUCER_EPOCH',
    `producer ${batch.producerId} has epoch ${batch.producerEpoch}, the last seen epoch is ${entry.producerEpoch}`,
  );
}

function outOfOrder(batch: SequencedBatch, reason: string): SequencingResult {
  return refused(
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    `producer ${batch.producerId} sent sequence ${batch.baseSequence}, ${reason}`,
  );
}

function refused(error: SequencingError, message: string): SequencingResult {
  return { outcome: 'refused', error, message };
}

function entryAfter(
  entry: ProducerEntry | undefined,
  batch: SequencedBatch,
  baseOffset: bigint,
  lastOffset: bigint,
): ProducerEntry {
  const isNewEpoch = entry === undefined || entry.producerEpoch !== batch.producerEpoch;
  const batches = isNewEpoch ? NO_BATCHES : entry.batches;
  if (batch.marker !== undefined) {
    return {
      producerId: batch.producerId,
      producerEpoch: batch.producerEpoch,
      batches,
      coordinatorEpoch: batch.marker.coordinatorEpoch,
      lastTimestamp: batch.maxTimestamp,
      currentTxnFirstOffset: undefined,
    };
  }
  return {
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    batches: [...batches.slice(1 - BATCHES_KEPT_PER_PRODUCER), rememberedBatch(batch, baseOffset, lastOffset)],
    coordinatorEpoch: entry?.coordinatorEpoch ?? -1,
    lastTimestamp: batch.maxTimestamp,
    currentTxnFirstOffset: entry?.currentTxnFirstOffset ?? (batch.isTransactional ? baseOffset : undefined),
  };
}

const NO_BATCHES: readonly ProducerBatch[] = [];

function rememberedBatch(batch: SequencedBatch, firstOffset: bigint, lastOffset: bigint): ProducerBatch {
  return {
    firstSequence: batch.baseSequence,
    lastSequence: endSequence(batch),
    firstOffset,
    lastOffset,
    timestamp: batch.maxTimestamp,
  };
}

/** -1 for what coordinators write, which has no sequences. */
function endSequence(batch: SequencedBatch): number {
  return batch.baseSequence < 0 ? -1 : (batch.baseSequence + batch.lastOffsetDelta) % SEQUENCES;
}
