// InitProducerId: an id under which an idempotent producer numbers its batches.

import { initProducerId, KafkaError } from '../../protocol/index.ts';
import { handler } from '../handler.ts';

export const initProducerIdHandler = handler(initProducerId, {
  async handle(request, { services }) {
    if (request.transactionalId === '') {
      throw new KafkaError('INVALID_REQUEST', 'Cannot begin a transaction: the transactional id is empty');
    }
    if (request.transactionalId !== null) {
      throw new KafkaError(
        'COORDINATOR_NOT_AVAILABLE',
        `Cannot give a producer id to ${request.transactionalId}: this broker has no transaction coordinator`,
      );
    }
    // Without a transactional id there is nothing to fence: whatever id the producer had, it gets a new one (KIP-360).
    return { errorCode: 0, producerId: await services.producerIds.next(), producerEpoch: 0 };
  },
  fail: (_request, error) => ({ errorCode: error.errorCode, producerId: -1n, producerEpoch: -1 }),
});
