// AddOffsetsToTxn: a transaction will commit offsets of a group, so the partition that keeps the group takes part in it. v2+ hears
// PRODUCER_FENCED. Producers with a new epoch for each transaction do without (KIP-890).

import { GROUP_TOPIC } from '../../coordinator/index.ts';
import { addOffsetsToTxn, errorCode, KafkaError } from '../../protocol/index.ts';
import { isAuthorized, requireGroup } from '../authorization.ts';
import { handler } from '../handler.ts';
import { fencedErrorCode } from '../transaction-errors.ts';

const FIRST_VERSION_WITH_PRODUCER_FENCED = 2;

export const addOffsetsToTxnHandler = handler(addOffsetsToTxn, {
  async handle({ transactionalId, producerId, producerEpoch, groupId }, context) {
    if (!isAuthorized(context, 'write', 'transactionalId', transactionalId))
      throw new KafkaError('TRANSACTIONAL_ID_AUTHORIZATION_FAILED');
    requireGroup(context, 'read', groupId);
    const { groups, transactionPartitions } = context.services;
    const partitions = [{ topic: GROUP_TOPIC, partition: groups.partitionFor(groupId) }];
    await transactionPartitions.add({ transactionalId, producerId, producerEpoch, partitions }, 0);
    return { errorCode: 0 };
  },
  fail: (_request, error, { apiVersion }) => ({
    errorCode: fencedErrorCode(errorCode(error.code), apiVersion, FIRST_VERSION_WITH_PRODUCER_FENCED),
  }),
});
