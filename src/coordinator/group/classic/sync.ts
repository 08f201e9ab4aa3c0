// SyncGroup: the leader gives everyone's assignment, and every member asks for its own.
// v3+ has static members; v5+ names the protocol, so that a member that believes in another one is told (KIP-559).

import { type ErrorName, KafkaError, type SyncGroupRequest } from '../../../protocol/index.ts';
import { classicGroup } from '../find-group.ts';
import { applied, type GroupContext, type GroupResult } from '../group-context.ts';
import { groupMetadataRecord } from '../group-record.ts';
import { ownedBytes } from '../owned-bytes.ts';
import type { ClassicGroup } from './classic-group.ts';
import { type ClassicMember, NO_ASSIGNMENT } from './classic-member.ts';
import { type SyncResponse, syncError } from './messages.ts';
import { prepareRebalance, syncCompleted } from './rebalance.ts';
import { restartSession } from './session.ts';

export function syncGroup(context: GroupContext, request: SyncGroupRequest): GroupResult<SyncResponse> {
  const group = classicGroup(context, request.groupId);
  if (group === undefined || group.isEmpty) return refuse('UNKNOWN_MEMBER_ID');
  const member = validate(group, request);
  if (typeof member === 'string') return refuse(member);
  if (group.state === 'PreparingRebalance') return refuse('REBALANCE_IN_PROGRESS');
  syncCompleted(context, group, member.memberId);
  if (group.state === 'Stable') return applied<SyncResponse>([], assignmentResponse(group, member));

  const awaiting = context.shard.awaitResponse<SyncResponse>();
  // A second request of the same member: the client has given up the first.
  group.completeSync(member, syncError('REBALANCE_IN_PROGRESS'));
  member.awaitingSync = awaiting;
  const records = group.isLeader(member.memberId) ? assign(context, group, request) : [];
  return applied(records, awaiting);
}

/** The member, or what is wrong with the request. */
function validate(group: ClassicGroup, request: SyncGroupRequest): ClassicMember | ErrorName {
  let member: ClassicMember;
  try {
    member = group.requireMember(request.memberId, request.groupInstanceId);
  } catch (error) {
    if (error instanceof KafkaError) return error.code;
    throw error;
  }
  if (request.generationId !== group.generationId) return 'ILLEGAL_GENERATION';
  const agrees = matches(request.protocolType, group.protocolType) && matches(request.protocolName, group.protocolName);
  return agrees ? member : 'INCONSISTENT_GROUP_PROTOCOL';
}

/** Makes the group stable with the leader's assignment, and answers all who wait for it. Who is not mentioned has nothing to do. */
function assign(context: GroupContext, group: ClassicGroup, request: SyncGroupRequest) {
  const assignments = new Map(request.assignments.map(({ memberId, assignment }) => [memberId, assignment]));
  const members = [...group.members];
  const owned = ownedBytes(members.map(({ memberId }) => assignments.get(memberId) ?? NO_ASSIGNMENT));
  for (const [index, member] of members.entries()) member.assignment = owned[index] ?? NO_ASSIGNMENT;
  const record = groupMetadataRecord(group);
  if (!context.shard.fits([record])) {
    context.logger.error(
      { groupId: group.groupId },
      'the assignment is larger than max.message.bytes of the offsets topic',
    );
    for (const member of group.members) group.completeSync(member, syncError('UNKNOWN_SERVER_ERROR'));
    return prepareRebalance(context, group, 'the assignment is too large to be stored');
  }
  group.moveTo('Stable', context.clock.now());
  for (const member of group.members) {
    if (group.completeSync(member, assignmentResponse(group, member))) restartSession(context, group, member);
  }
  return [record];
}

function assignmentResponse(group: ClassicGroup, member: ClassicMember): SyncResponse {
  const { protocolType, protocolName } = group;
  return { errorCode: 0, protocolType, protocolName, assignment: member.assignment };
}

/** Null on either side agrees with everything: old clients do not say. */
function matches(asked: string | null, actual: string | null): boolean {
  return asked === null || actual === null || asked === actual;
}

function refuse(error: ErrorName): GroupResult<SyncResponse> {
  return applied<SyncResponse>([], syncError(error));
}
