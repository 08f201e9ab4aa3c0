// DeleteRecords: moves the log start offset of partitions up (KIP-107).

import { isInternalTopic } from '../../metadata/index.ts';
import { deleteRecords, errorCode, KafkaError } from '../../protocol/index.ts';
import { requireTopic } from '../authorization.ts';
import { handler, type RequestContext } from '../handler.ts';
import { asKafkaError } from '../kafka-error.ts';
import { leaderPartition } from '../partitions.ts';

/** Stands for the high watermark. */
const EVERYTHING = -1n;

export const deleteRecordsHandler = handler(deleteRecords, {
  async handle(request, context) {
    const topics = request.topics.map(async ({ name, partitions }) => ({
      name,
      partitions: await Promise.all(
        partitions.map(async ({ partitionIndex, offset }) => {
          try {
            return {
              partitionIndex,
              errorCode: 0,
              lowWatermark: await deleteBefore(name, partitionIndex, offset, context),
            };
          } catch (error) {
            return failure(partitionIndex, errorCode(asKafkaError(error, context).code));
          }
        }),
      ),
    }));
    return { topics: await Promise.all(topics) };
  },
  fail: (request, error) => ({
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => failure(partitionIndex, errorCode(error.code))),
    })),
  }),
});

/** Resolves to the new log start offset. */
async function deleteBefore(topic: string, index: number, offset: bigint, context: RequestContext): Promise<bigint> {
  requireTopic(context, 'delete', topic);
  const partition = await leaderPartition(context.services, topic, index);
  if (isInternalTopic(topic)) {
    throw new KafkaError('INVALID_TOPIC_EXCEPTION', `Cannot delete records of internal topic ${topic}`);
  }
  if (!partition.config['cleanup.policy'].includes('delete') && partition.config['cleanup.policy'].length > 0) {
    throw new KafkaError(
      'POLICY_VIOLATION',
      `Records of partition ${topic}-${index} can not be deleted due to the configured policy`,
    );
  }
  return partition.deleteRecords(offset === EVERYTHING ? partition.highWatermark : offset);
}

function failure(partitionIndex: number, code: number) {
  return { partitionIndex, errorCode: code, lowWatermark: -1n };
}
