// ConsumerGroupHeartbeat (KIP-848): everything that a member of a consumer group has to say, and what it is to own.

import { consumerGroupHeartbeat, errorCode, KafkaError } from '../../protocol/index.ts';
import { isAuthorized, requireGroup } from '../authorization.ts';
import { groupContext } from '../group-context.ts';
import { handler } from '../handler.ts';

export const consumerGroupHeartbeatHandler = handler(consumerGroupHeartbeat, {
  handle(request, context) {
    requireGroup(context, 'read', request.groupId);
    for (const topic of request.subscribedTopicNames ?? []) {
      if (!isAuthorized(context, 'describe', 'topic', topic)) throw new KafkaError('TOPIC_AUTHORIZATION_FAILED');
    }
    return context.services.groups.consumerGroupHeartbeat(groupContext(context), request);
  },
  fail: (_request, error) => ({
    errorCode: errorCode(error.code),
    errorMessage: error.message,
    memberEpoch: 0,
    heartbeatIntervalMs: 0,
  }),
});
