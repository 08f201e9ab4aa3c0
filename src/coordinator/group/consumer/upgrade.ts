// The group that a heartbeat of the consumer protocol is about. An empty classic group gives way to it; one whose members are consumers becomes
// a consumer group with all of them, who go on in the classic protocol (KIP-848, online migration).

import { KafkaError } from '../../../protocol/index.ts';
import type { ClassicGroup } from '../classic/classic-group.ts';
import { type ClassicMember, metadataFor } from '../classic/classic-member.ts';
import { joinError, syncError } from '../classic/messages.ts';
import type { GroupContext } from '../group-context.ts';
import { groupTombstone } from '../group-record.ts';
import { ownedSince, toAssignment } from './assigned-partitions.ts';
import { type ConsumerDraft, draftConsumerGroup } from './consumer-draft.ts';
import { type ConsumerMember, MEMBER_STATE, newConsumerMember, ownedClassic } from './consumer-member.ts';
import {
  currentMemberRecord,
  groupEpochRecord,
  memberRecord,
  targetMemberRecord,
  targetRecord,
} from './consumer-record.ts';
import { startSession } from './consumer-timers.ts';
import { readAssignment, readSubscription, toTopicIds } from './embedded-protocol.ts';
import { metadataHash } from './metadata-hash.ts';
import { allowsUpgrade } from './migration-policy.ts';

/** Throws GROUP_ID_NOT_FOUND. */
export function draftForHeartbeat(context: GroupContext, groupId: string, isJoining: boolean): ConsumerDraft {
  const group = context.groups.get(groupId);
  if (group === undefined) {
    if (!isJoining) throw notFound(`Consumer group ${groupId} not found.`);
    return draftConsumerGroup(context, groupId, undefined);
  }
  if (group.type === 'consumer') return draftConsumerGroup(context, groupId, group);
  if (!isJoining || group.type !== 'classic') throw notFound(`Group ${groupId} is not a consumer group.`);
  const draft = draftConsumerGroup(context, groupId, undefined);
  // What its log has of the classic group must not come back behind the consumer group's.
  draft.records.push(groupTombstone(groupId));
  if (!group.isEmpty) convert(draft, group);
  return draft;
}

function convert(draft: ConsumerDraft, classic: ClassicGroup): void {
  const { context } = draft;
  const { groupId, generationId } = classic;
  requireUpgradable(context, classic);
  const topics = context.topics();
  const members = Array.from(classic.members, (member) => convertMember(context, classic, member));
  for (const { member } of members) draft.write(memberRecord(groupId, member));
  const hash = metadataHash(draft.group.subscribedTopics, topics);
  draft.write(groupEpochRecord(groupId, generationId, hash));
  for (const { member, target } of members) draft.write(targetMemberRecord(groupId, member.memberId, target));
  draft.write(targetRecord(groupId, generationId, 0n));
  for (const { member } of members) {
    draft.write(currentMemberRecord(groupId, member));
    draft.effect(() => startSession(context, groupId, member));
  }
  draft.effect(() => {
    for (const member of classic.members) {
      classic.completeJoin(member, joinError(member.memberId, 'REBALANCE_IN_PROGRESS'));
      classic.completeSync(member, syncError('REBALANCE_IN_PROGRESS'));
    }
    context.logger.info({ groupId }, 'the classic group became a consumer group');
  });
}

function requireUpgradable({ config }: GroupContext, group: ClassicGroup): void {
  const refuse = (reason: string) =>
    notFound(`Cannot upgrade classic group ${group.groupId} to consumer group because ${reason}.`);
  if (!allowsUpgrade(config)) throw refuse('online upgrade is disabled');
  if (!group.usesConsumerProtocol) throw refuse('the group does not use the consumer embedded protocol');
  if (group.size > config['group.consumer.max.size'])
    throw refuse('the group size exceeds the consumer group maximum size');
}

function convertMember(context: GroupContext, group: ClassicGroup, classic: ClassicMember) {
  const { generationId } = group;
  const { memberId, protocols, sessionTimeoutMs } = classic;
  try {
    const given = classic.assignment.length === 0 ? undefined : readAssignment(classic.assignment);
    if ((given?.userData?.length ?? 0) > 0) {
      throw notFound(
        `Cannot upgrade classic group ${group.groupId} to consumer group because an unsupported custom assignor is in use. Please refer to the documentation or switch to a default assignor before re-attempting the upgrade.`,
      );
    }
    const target = toAssignment(toTopicIds(given?.assignedPartitions ?? [], context.topics()));
    const subscription = readSubscription(metadataFor(classic, group.protocolName ?? group.selectProtocol()));
    const member: ConsumerMember = {
      ...newConsumerMember(memberId),
      instanceId: classic.groupInstanceId,
      rackId: subscription.rackId === '' ? null : subscription.rackId,
      clientId: classic.clientId,
      clientHost: classic.clientHost,
      subscribedTopicNames: new Set(subscription.topics),
      rebalanceTimeoutMs: classic.rebalanceTimeoutMs,
      classic: ownedClassic({ sessionTimeoutMs, supportedProtocols: [...protocols] }),
      memberEpoch: generationId,
      previousMemberEpoch: generationId,
      state: MEMBER_STATE.stable,
      assigned: ownedSince(target, generationId),
    };
    return { member, target };
  } catch (error) {
    if (error instanceof KafkaError && error.code === 'GROUP_ID_NOT_FOUND') throw error;
    throw notFound(
      `Cannot upgrade classic group ${group.groupId} to consumer group because the embedded consumer protocol is malformed.`,
    );
  }
}

function notFound(message: string): KafkaError {
  return new KafkaError('GROUP_ID_NOT_FOUND', message);
}
