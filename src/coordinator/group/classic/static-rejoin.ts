// A static member that starts again comes without its member id, and takes over its own place. In a stable group nobody else needs
// to notice: it is given a new id, keeps its assignment, and only the exchange of the id is logged (KIP-345).

import type { JoinGroupRequest } from '../../../protocol/index.ts';
import type { GroupContext } from '../group-context.ts';
import { groupMetadataRecord } from '../group-record.ts';
import type { ClassicGroup } from './classic-group.ts';
import { type ClassicMember, memberChanges } from './classic-member.ts';
import type { JoinOutcome, JoinResponse } from './messages.ts';
import { completeJoinPhaseIfDue, generationResponse, joinedMembers, prepareRebalance, rebalance } from './rebalance.ts';
import { endSession, restartSession } from './session.ts';

const FIRST_VERSION_WITH_SKIPPED_ASSIGNMENT = 9;

export function rejoinStaticMember(
  context: GroupContext,
  group: ClassicGroup,
  old: ClassicMember,
  memberId: string,
  request: JoinGroupRequest,
  apiVersion: number,
): JoinOutcome {
  const leaderBefore = group.leaderId;
  const member = group.replaceStaticMember(old, memberId);
  endSession(context, group.groupId, old.memberId);
  const awaiting = context.shard.awaitResponse<JoinResponse>();
  group.update(member, memberChanges(request), awaiting);
  restartSession(context, group, member);
  const reason = `static member ${request.groupInstanceId} came back as ${memberId}: ${request.reason ?? 'not provided'}`;

  if (group.state === 'CompletingRebalance') {
    // The leader may already assign to the old id.
    return { records: prepareRebalance(context, group, reason), response: awaiting };
  }
  if (group.state !== 'Stable') return { records: completeJoinPhaseIfDue(context, group), response: awaiting };

  const records = [groupMetadataRecord(group)];
  if (group.selectProtocol() !== group.protocolName || !context.shard.fits(records)) {
    return { records: rebalance(context, group, reason), response: awaiting };
  }
  group.completeJoin(member, unnoticedResponse(group, member, leaderBefore, apiVersion));
  return { records, response: awaiting };
}

/** Before v9 a leader must not see itself as one here, or it would assign again, and the group rebalance: it is told its old id. */
function unnoticedResponse(
  group: ClassicGroup,
  member: ClassicMember,
  leaderBefore: string | null,
  apiVersion: number,
): JoinResponse {
  const response = generationResponse(group, member);
  if (apiVersion < FIRST_VERSION_WITH_SKIPPED_ASSIGNMENT)
    return { ...response, leader: leaderBefore ?? '', members: [] };
  const isLeader = group.isLeader(member.memberId);
  return { ...response, skipAssignment: isLeader, members: isLeader ? joinedMembers(group) : [] };
}
