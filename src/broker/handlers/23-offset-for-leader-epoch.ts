// OffsetForLeaderEpoch: where an epoch ended (KIP-320), by which a consumer notices that the log was cut behind its back.

import { CLUSTER_NAME } from '../../metadata/index.ts';
import { errorCode, offsetForLeaderEpoch } from '../../protocol/index.ts';
import { mayDo, requireTopic } from '../authorization.ts';
import { handler } from '../handler.ts';
import { asKafkaError } from '../kafka-error.ts';
import { checkLeaderEpoch, leaderPartition } from '../partitions.ts';

export const offsetForLeaderEpochHandler = handler(offsetForLeaderEpoch, {
  async handle(request, context) {
    const isBroker = mayDo(context, 'clusterAction', 'cluster', CLUSTER_NAME);
    const topics = request.topics.map(async ({ topic, partitions }) => ({
      topic,
      partitions: await Promise.all(
        partitions.map(async (asked) => {
          try {
            if (!isBroker) requireTopic(context, 'describe', topic);
            const partition = await leaderPartition(context.services, topic, asked.partition);
            checkLeaderEpoch(partition, asked.currentLeaderEpoch);
            const end = partition.endOffsetForEpoch(asked.leaderEpoch);
            return {
              partition: asked.partition,
              errorCode: 0,
              leaderEpoch: end?.leaderEpoch ?? -1,
              endOffset: end?.endOffset ?? -1n,
            };
          } catch (error) {
            return failure(asked.partition, errorCode(asKafkaError(error, context).code));
          }
        }),
      ),
    }));
    return { topics: await Promise.all(topics) };
  },
  fail(request, error) {
    return {
      topics: request.topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition }) => failure(partition, errorCode(error.code))),
      })),
    };
  },
});

function failure(partition: number, code: number) {
  return { partition, errorCode: code, leaderEpoch: -1, endOffset: -1n };
}
