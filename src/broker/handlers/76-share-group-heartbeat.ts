// ShareGroupHeartbeat (KIP-932): everything that a member of a share group has to say, and which partitions it shares.

import { errorCode, KafkaError, shareGroupHeartbeat } from '../../protocol/index.ts';
import { isAuthorized } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';
import { requireShareMember } from '../share/share-request.ts';

export const shareGroupHeartbeatHandler = handler(shareGroupHeartbeat, {
  handle(request, context) {
    requireShareMember(context, request);
    for (const topic of request.subscribedTopicNames ?? []) {
      if (!isAuthorized(context, 'describe', 'topic', topic)) throw new KafkaError('TOPIC_AUTHORIZATION_FAILED');
    }
    return context.services.groups.share.heartbeat(groupContext(context), request);
  },
  fail: (_request, error) => ({
    errorCode: errorCode(error.code),
    errorMessage: error.message,
    memberEpoch: 0,
    heartbeatIntervalMs: 0,
  }),
});
