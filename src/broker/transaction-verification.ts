// Sees to it that transactional records are only written to partitions that their transaction knows, and so will end in (KIP-890). The
// question to the coordinator takes time, in which the transaction may end; a guard tells whether it did.

import type { LogMarker, LogProducer, LogProducerState } from '../coordinator/index.ts';
import { KafkaError } from '../protocol/index.ts';
import type { Partition } from '../storage/index.ts';

/** How a request of its version takes part. */
export type TransactionSupport =
  /** Knows only the errors of the first clients. */
  | 'verify-with-old-errors'
  | 'verify'
  /** Adds partitions to the transaction by writing to them. */
  | 'add';

/** One question to the coordinator, and all writes that wait for its answer. */
export interface VerificationGuard {
  readonly producerId: bigint;
  readonly supportsEpochBump: boolean;
  producerEpoch: number;
  /** No batch may be written before this one, else it could never follow. */
  lowestSequence: number;
}

type KnownProducer = Pick<LogProducerState, 'producerEpoch' | 'hasOpenTransaction'>;

/** Batches that wait to be verified are few; producers that gave up leave their guards behind, up to this number in each partition. */
const MAX_GUARDS_PER_PARTITION = 10_000;

export class TransactionVerification {
  readonly #guards = new WeakMap<Partition, Map<bigint, VerificationGuard>>();

  /**
   * Undefined when the partition is in the producer's open transaction already; otherwise the coordinator has to be asked. Throws
   * INVALID_PRODUCER_EPOCH for an older producer.
   */
  begin(
    partition: Partition,
    producer: LogProducer,
    baseSequence: number,
    support: TransactionSupport,
  ): VerificationGuard | undefined {
    if (isOngoing(producer, stateOf(partition, producer))) return undefined;
    const { producerId, producerEpoch } = producer;
    const guards = this.#guards.get(partition) ?? new Map<bigint, VerificationGuard>();
    this.#guards.set(partition, guards);
    const known = guards.get(producerId);
    if (known === undefined) {
      const guard = { producerId, producerEpoch, lowestSequence: baseSequence, supportsEpochBump: support === 'add' };
      forgetOldest(guards);
      guards.set(producerId, guard);
      return guard;
    }
    if (producerEpoch > known.producerEpoch) {
      known.producerEpoch = producerEpoch;
      known.lowestSequence = baseSequence;
    } else if (producerEpoch === known.producerEpoch) {
      known.lowestSequence = Math.min(known.lowestSequence, baseSequence);
    }
    return known;
  }

  /**
   * To be called right before the append; `known` where that is still to be queued behind others. Throws INVALID_TXN_STATE, INVALID_PRODUCER_EPOCH, OUT_OF_ORDER_SEQUENCE_NUMBER.
   */
  requireVerified(
    partition: Partition,
    producer: LogProducer,
    baseSequence: number,
    guard: VerificationGuard | undefined,
    known: KnownProducer | undefined = stateOf(partition, producer),
  ): void {
    if (isOngoing(producer, known)) return;
    const current = this.#guards.get(partition)?.get(producer.producerId);
    if (current === undefined || current !== guard)
      throw new KafkaError('INVALID_TXN_STATE', 'Record was not part of an ongoing transaction');
    const isUnknown = (partition.producer(producer.producerId)?.lastSequence ?? -1) === -1;
    if (baseSequence > current.lowestSequence || (current.supportsEpochBump && baseSequence > 0 && isUnknown)) {
      const expected = isUnknown && current.supportsEpochBump ? 0 : current.lowestSequence;
      throw new KafkaError(
        'OUT_OF_ORDER_SEQUENCE_NUMBER',
        `Producer ${producer.producerId} sent sequence ${baseSequence}, ${expected} must come first`,
      );
    }
  }

  /** To be called right after the append: where the log knows the transaction by its records, the guard has done its work. */
  appended(partition: Partition, { producerId, producerEpoch }: LogProducer): void {
    const known = stateOf(partition, { producerId, producerEpoch });
    if (known?.producerEpoch === producerEpoch && known.hasOpenTransaction)
      this.#guards.get(partition)?.delete(producerId);
  }

  /** Answers that are on their way tell of a transaction that has ended. */
  transactionEnds(
    partition: Partition,
    { producerId, producerEpoch }: Pick<LogMarker, 'producerId' | 'producerEpoch'>,
  ) {
    const guard = this.#guards.get(partition)?.get(producerId);
    // With an epoch for each transaction, the guard may be of the next one.
    if (guard !== undefined && !(guard.supportsEpochBump && guard.producerEpoch === producerEpoch))
      this.#guards.get(partition)?.delete(producerId);
  }
}

function stateOf(partition: Partition, { producerId }: LogProducer): KnownProducer | undefined {
  const known = partition.producer(producerId);
  if (known === undefined) return undefined;
  return { producerEpoch: known.producerEpoch, hasOpenTransaction: known.currentTransactionStartOffset >= 0n };
}

function isOngoing({ producerId, producerEpoch }: LogProducer, known: KnownProducer | undefined): boolean {
  if (known === undefined) return false;
  if (producerEpoch < known.producerEpoch) {
    throw new KafkaError(
      'INVALID_PRODUCER_EPOCH',
      `Producer ${producerId} has epoch ${producerEpoch}, the last seen epoch is ${known.producerEpoch}`,
    );
  }
  return known.hasOpenTransaction && known.producerEpoch === producerEpoch;
}

function forgetOldest(guards: Map<bigint, VerificationGuard>): void {
  if (guards.size < MAX_GUARDS_PER_PARTITION) return;
  const [oldest] = guards.keys();
  if (oldest !== undefined) guards.delete(oldest);
}
