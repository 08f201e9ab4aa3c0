// ShareAcknowledge (KIP-932): says what became of records that a member of a share group has acquired. v2+ may renew them (KIP-1222).

import { errorCode, type RequestOf, shareAcknowledge } from '../../protocol/index.ts';
import { thisNode } from '../cluster-nodes.ts';
import { type Answer, handler, type RequestContext } from '../handler.ts';
import { type AcknowledgedPartition, acknowledgePartitions } from '../share/acknowledge-partitions.ts';
import { requireShareMember } from '../share/share-request.ts';
import { FINAL_EPOCH } from '../share/share-sessions.ts';

type ShareAcknowledgeResponse = Answer<typeof shareAcknowledge>;
type TopicResponse = ShareAcknowledgeResponse['responses'][number];
type PartitionResponse = TopicResponse['partitions'][number];

export const shareAcknowledgeHandler = handler(shareAcknowledge, {
  async handle(request: RequestOf<typeof shareAcknowledge>, context) {
    const member = requireShareMember(context, request);
    const { shareSessions, shareSettingsOf } = context.services;
    shareSessions.continueFor({ ...member, epoch: request.shareSessionEpoch });
    const acknowledged = await acknowledgePartitions(context, member, request);
    if (request.shareSessionEpoch === FINAL_EPOCH) shareSessions.end(member.groupId, member.memberId);
    const isAnyStale = acknowledged.some(isStale);
    return {
      errorCode: 0,
      acquisitionLockTimeoutMs: shareSettingsOf(member.groupId).recordLockDurationMs,
      responses: topicResponses(context, acknowledged),
      nodeEndpoints: isAnyStale ? [thisNode(context)] : [],
    };
  },
  fail: (_request, error) => ({
    errorCode: errorCode(error.code),
    errorMessage: error.message,
    responses: [],
    nodeEndpoints: [],
  }),
});

function topicResponses({ services }: RequestContext, acknowledged: readonly AcknowledgedPartition[]): TopicResponse[] {
  const topics = new Map<string, PartitionResponse[]>();
  for (const result of acknowledged) {
    const { topicId, partition, error } = result;
    const partitions = topics.get(topicId) ?? [];
    const image = services.metadata.image.topics.byId.get(topicId)?.partitions[partition];
    partitions.push({
      partitionIndex: partition,
      errorCode: error?.errorCode ?? 0,
      errorMessage: error?.message ?? null,
      currentLeader: isStale(result)
        ? { leaderId: image?.leader ?? -1, leaderEpoch: image?.leaderEpoch ?? -1 }
        : { leaderId: 0, leaderEpoch: 0 },
    });
    topics.set(topicId, partitions);
  }
  return Array.from(topics, ([topicId, partitions]) => ({ topicId, partitions }));
}

function isStale({ error }: AcknowledgedPartition): boolean {
  return error?.code === 'NOT_LEADER_OR_FOLLOWER' || error?.code === 'FENCED_LEADER_EPOCH';
}
