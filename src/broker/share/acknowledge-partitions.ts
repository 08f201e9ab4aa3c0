// The acknowledgements of one request, which comes as ShareAcknowledge or on the way with a ShareFetch.

import { KafkaError } from '../../protocol/index.ts';
import { requireTopic } from '../authorization.ts';
import type { RequestContext } from '../handler.ts';
import { asKafkaError } from '../kafka-error.ts';
import { ACKNOWLEDGE_TYPE, type AcknowledgementBatch } from './acknowledge-records.ts';
import type { ShareMember } from './share-request.ts';
import type { ShareTarget } from './share-sessions.ts';

export interface AcknowledgeTopics {
  /** Whether records may be renewed (KIP-1222). */
  readonly isRenewAck: boolean;
  readonly topics: readonly {
    readonly topicId: string;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly acknowledgementBatches: readonly AcknowledgementBatch[];
    }[];
  }[];
}

export interface AcknowledgedPartition extends ShareTarget {
  readonly error: KafkaError | undefined;
}

const FIRST_VERSION_WITH_RENEW = 2;

/** Resolves when all that holds is written down. A partition without acknowledgements is left out. */
export async function acknowledgePartitions(
  context: RequestContext,
  member: ShareMember,
  { isRenewAck, topics }: AcknowledgeTopics,
): Promise<AcknowledgedPartition[]> {
  const acknowledged = topics.flatMap(({ topicId, partitions }) =>
    partitions
      .filter(({ acknowledgementBatches }) => acknowledgementBatches.length > 0)
      .map(async ({ partitionIndex: partition, acknowledgementBatches }): Promise<AcknowledgedPartition> => {
        try {
          await acknowledge(context, member, { topicId, partition }, acknowledgementBatches, isRenewAck);
          return { topicId, partition, error: undefined };
        } catch (error) {
          return { topicId, partition, error: asKafkaError(error, context) };
        }
      }),
  );
  return Promise.all(acknowledged);
}

async function acknowledge(
  context: RequestContext,
  { groupId, memberId }: ShareMember,
  { topicId, partition }: ShareTarget,
  batches: readonly AcknowledgementBatch[],
  isRenewAck: boolean,
): Promise<void> {
  const { metadata, sharePartitions } = context.services;
  const topic = metadata.image.topics.byId.get(topicId);
  if (topic === undefined) throw new KafkaError('UNKNOWN_TOPIC_ID');
  validateBatches(batches, context.apiVersion, isRenewAck);
  requireTopic(context, 'read', topic.name);
  const sharePartition = sharePartitions.get({ groupId, topicId, partition });
  if (partition >= topic.partitions.length || sharePartition === undefined)
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION');
  try {
    await sharePartition.acknowledge(memberId, batches);
  } catch (error) {
    sharePartitions.removeIfFenced(sharePartition, error);
    throw error;
  }
}

/** Throws INVALID_REQUEST. */
function validateBatches(batches: readonly AcknowledgementBatch[], apiVersion: number, isRenewAck: boolean): void {
  const largestType = apiVersion >= FIRST_VERSION_WITH_RENEW ? ACKNOWLEDGE_TYPE.renew : ACKNOWLEDGE_TYPE.reject;
  let previousLast = -1n;
  for (const { firstOffset, lastOffset, acknowledgeTypes } of batches) {
    const isOneForEach = BigInt(acknowledgeTypes.length) === lastOffset - firstOffset + 1n;
    const isValid =
      firstOffset <= lastOffset &&
      firstOffset >= previousLast &&
      (acknowledgeTypes.length === 1 || (acknowledgeTypes.length > 1 && isOneForEach)) &&
      acknowledgeTypes.every((type) => type >= 0 && type <= largestType) &&
      (isRenewAck || !acknowledgeTypes.includes(ACKNOWLEDGE_TYPE.renew));
    if (!isValid) throw new KafkaError('INVALID_REQUEST');
    previousLast = lastOffset;
  }
}
