// Producer ids are given out in blocks, so that the log grows by one record for a thousand producers.

import { KafkaError } from '../../protocol/index.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import type { Decision } from './decision.ts';

export const PRODUCER_ID_BLOCK_SIZE = 1000;

export interface ProducerIdBlock {
  readonly firstProducerId: bigint;
  readonly size: number;
}

const LARGEST_INT64 = 2n ** 63n - 1n;

/** Throws STALE_BROKER_EPOCH for a broker of an earlier life, BROKER_ID_NOT_REGISTERED for one that nobody knows. */
export function allocateProducerIds(
  image: MetadataImage,
  brokerId: number,
  brokerEpoch: bigint,
): Decision<ProducerIdBlock> {
  const broker = image.brokers.byId.get(brokerId);
  if (broker === undefined) throw new KafkaError('BROKER_ID_NOT_REGISTERED', `There is no broker ${brokerId}`);
  if (broker.brokerEpoch !== brokerEpoch) {
    throw new KafkaError(
      'STALE_BROKER_EPOCH',
      `Broker ${brokerId} has epoch ${broker.brokerEpoch}, not ${brokerEpoch}`,
    );
  }
  const firstProducerId = image.producerIds.nextProducerId;
  const size = BigInt(PRODUCER_ID_BLOCK_SIZE);
  if (firstProducerId > LARGEST_INT64 - size) {
    throw new KafkaError('UNKNOWN_SERVER_ERROR', 'Cannot allocate producer ids: all 63 bits of them are used up');
  }
  const value = { brokerId, brokerEpoch, nextProducerId: firstProducerId + size };
  return {
    records: [{ type: 'ProducerIdsRecord', value }],
    response: { firstProducerId, size: PRODUCER_ID_BLOCK_SIZE },
  };
}
