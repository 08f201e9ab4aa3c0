// Refuses what an older producer, or an older transaction coordinator, still wants to write. The log below refuses it too, but an
// operation must know before it changes the state.

import { KafkaError } from '../../protocol/index.ts';
import type { LogMarker, LogProducer, LogProducerState } from './coordinator-log.ts';

const LARGEST_EPOCH = 32767;

/** Throws INVALID_PRODUCER_EPOCH. */
export function requireCurrentProducer(producer: LogProducer, known: LogProducerState | undefined): void {
  if (known !== undefined && producer.producerEpoch < known.producerEpoch) throw staleEpoch(producer, known);
}

/** Throws INVALID_PRODUCER_EPOCH, TRANSACTION_COORDINATOR_FENCED. */
export function requireCurrentMarker(marker: LogMarker, known: LogProducerState | undefined): void {
  if (known === undefined) return;
  if (marker.producerEpoch < known.producerEpoch) throw staleEpoch(marker, known);
  // Since KIP-890 each end of a transaction has an epoch of its own. The same one again is a repetition, unless a transaction is open.
  const isOfLaterTransaction = known.hasOpenTransaction && marker.producerEpoch < LARGEST_EPOCH;
  if (marker.transactionVersion >= 2 && marker.producerEpoch === known.producerEpoch && isOfLaterTransaction) {
    throw staleEpoch(marker, known);
  }
  if (marker.coordinatorEpoch < known.coordinatorEpoch) {
    throw new KafkaError(
      'TRANSACTION_COORDINATOR_FENCED',
      `The marker of producer ${marker.producerId} has coordinator epoch ${marker.coordinatorEpoch}, the last was ${known.coordinatorEpoch}`,
    );
  }
}

function staleEpoch({ producerId, producerEpoch }: LogProducer, known: LogProducerState): KafkaError {
  return new KafkaError(
    'INVALID_PRODUCER_EPOCH',
    `Producer ${producerId} has epoch ${producerEpoch}, the last seen epoch is ${known.producerEpoch}`,
  );
}
