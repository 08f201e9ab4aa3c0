// A classic group as its record tells it.

import type { GroupMetadataValue } from '../../../protocol/index.ts';
import { ownedBytes } from '../owned-bytes.ts';
import { ClassicGroup } from './classic-group.ts';
import { createMember, NO_ASSIGNMENT } from './classic-member.ts';

/** Records of old versions lack the time of the last change and the rebalance timeout. */
export function groupFromRecord(groupId: string, value: GroupMetadataValue): ClassicGroup {
  const owned = ownedBytes(value.members.flatMap(({ subscription, assignment }) => [subscription, assignment]));
  const members = value.members.map((member, index) => ({
    ...createMember({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      protocolType: value.protocolType,
      rebalanceTimeoutMs: member.rebalanceTimeout === -1 ? member.sessionTimeout : member.rebalanceTimeout,
      sessionTimeoutMs: member.sessionTimeout,
      // Only what was chosen is in the record. The member tells the rest when it joins again.
      protocols: value.protocol === null ? [] : [{ name: value.protocol, metadata: owned[2 * index] ?? NO_ASSIGNMENT }],
    }),
    assignment: owned[2 * index + 1] ?? NO_ASSIGNMENT,
  }));
  return new ClassicGroup(
    groupId,
    {
      state: members.length === 0 ? 'Empty' : 'Stable',
      generationId: value.generation,
      protocolType: value.protocolType === '' ? null : value.protocolType,
      protocolName: value.protocol,
      leaderId: value.leader,
      stateTimestampMs: value.currentStateTimestamp === -1n ? null : value.currentStateTimestamp,
    },
    members,
  );
}
