// DescribeShareGroupOffsets: where share groups stand. v1+ tells how many records are left (KIP-1226).

import { describeShareGroupOffsets, KafkaError, type ResponseInput, ZERO_UUID } from '../../protocol/index.ts';
import { isAuthorized, mayDo } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';
import { requireShareGroups } from '../share/share-request.ts';

type DescribedGroup = ResponseInput<typeof describeShareGroupOffsets>['groups'][number];

export const describeShareGroupOffsetsHandler = handler(describeShareGroupOffsets, {
  async handle(request, context) {
    requireShareGroups(context);
    const groups = request.groups.map(async ({ groupId, topics }): Promise<DescribedGroup> => {
      if (!isAuthorized(context, 'describe', 'group', groupId))
        return failure(groupId, new KafkaError('GROUP_AUTHORIZATION_FAILED'));
      const isVisible = (topicName: string) => mayDo(context, 'describe', 'topic', topicName);
      const asked = topics?.filter(({ topicName }) => isVisible(topicName)) ?? null;
      const group = await context.services.groups.share.describeOffsets(groupContext(context), {
        groupId,
        topics: asked,
      });
      if (group.errorCode !== 0) return group;
      const refused = topics?.filter(({ topicName }) => !isVisible(topicName)) ?? [];
      return {
        ...group,
        topics: [...group.topics.filter(({ topicName }) => isVisible(topicName)), ...refused.map(refusedTopic)],
      };
    });
    return { groups: await Promise.all(groups) };
  },
  fail: (request, error) => ({ groups: request.groups.map(({ groupId }) => failure(groupId, error)) }),
});

function failure(groupId: string, error: KafkaError): DescribedGroup {
  return { groupId, topics: [], errorCode: error.errorCode, errorMessage: error.message };
}

function refusedTopic({ topicName, partitions }: { readonly topicName: string; readonly partitions: number[] }) {
  const { errorCode, message: errorMessage } = new KafkaError('TOPIC_AUTHORIZATION_FAILED');
  return {
    topicName,
    topicId: ZERO_UUID,
    partitions: partitions.map((partitionIndex) => ({
      ...{ partitionIndex, startOffset: -1n, leaderEpoch: 0, errorCode, errorMessage },
    })),
  };
}
