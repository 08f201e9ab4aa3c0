// What must be true of a ConsumerGroupHeartbeat whatever the group.

import { type ConsumerGroupHeartbeatRequest, KafkaError } from '../../../protocol/index.ts';
import { shortName } from './assignor.ts';
import { LEAVE_EPOCH, LEAVE_STATIC_EPOCH } from './consumer-member.ts';

/** From here on clients make their own member ids. */
const FIRST_VERSION_WITH_CLIENT_MEMBER_ID = 1;

/** Throws INVALID_REQUEST, UNSUPPORTED_ASSIGNOR. */
export function validateHeartbeat(
  request: ConsumerGroupHeartbeatRequest,
  apiVersion: number,
  assignors: readonly string[],
): void {
  const { memberEpoch, serverAssignor } = request;
  const needsMemberId =
    apiVersion >= FIRST_VERSION_WITH_CLIENT_MEMBER_ID || memberEpoch > 0 || memberEpoch === LEAVE_EPOCH;
  if (needsMemberId) requireText(request.memberId, "MemberId can't be empty.");
  requireText(request.groupId, "GroupId can't be empty.");
  requireText(request.instanceId, "InstanceId can't be empty.");
  requireText(request.rackId, "RackId can't be empty.");
  if (memberEpoch === 0) validateJoin(request);
  else if (memberEpoch === LEAVE_STATIC_EPOCH) require(request.instanceId !== null, "InstanceId can't be null.");
  else require(memberEpoch > LEAVE_STATIC_EPOCH, 'MemberEpoch is invalid.');
  const names = assignors.map(shortName);
  if (serverAssignor !== null && !names.includes(serverAssignor)) {
    throw new KafkaError(
      'UNSUPPORTED_ASSIGNOR',
      `ServerAssignor ${serverAssignor} is not supported. Supported assignors: ${names.join(', ')}.`,
    );
  }
}

function validateJoin(request: ConsumerGroupHeartbeatRequest): void {
  require(request.rebalanceTimeoutMs !== -1, 'RebalanceTimeoutMs must be provided in first request.');
  require(request.topicPartitions?.length === 0, 'TopicPartitions must be empty when (re-)joining.');
  require(request.subscribedTopicNames !== null ||
    request.subscribedTopicRegex !==
      null, 'Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.');
}

function requireText(text: string | null, message: string): void {
  require(text === null || text.trim() !== '', message);
}

function require(isTrue: boolean, message: string): void {
  if (!isTrue) throw new KafkaError('INVALID_REQUEST', message);
}
