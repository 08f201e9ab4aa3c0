// A consumer group becomes a classic group again when its last member of the consumer protocol goes, or comes back as a classic one.

import { ClassicGroup } from '../classic/classic-group.ts';
import { createMember, metadataFor } from '../classic/classic-member.ts';
import { prepareRebalance } from '../classic/rebalance.ts';
import { restartSession } from '../classic/session.ts';
import { CONSUMER_PROTOCOL_TYPE } from '../classic/subscribed-topics.ts';
import { applied, type GroupContext, type GroupResult } from '../group-context.ts';
import { type GroupRecord, groupMetadataRecord } from '../group-record.ts';
import type { ConsumerDraft } from './consumer-draft.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import type { ConsumerMember } from './consumer-member.ts';
import { stopMemberTimers } from './consumer-timers.ts';
import { assignmentBytes } from './embedded-protocol.ts';
import { allowsDowngrade } from './migration-policy.ts';
import { consumerGroupTombstones } from './tombstones.ts';

export interface Downgrade {
  readonly leaving: readonly ConsumerMember[];
  /** Why the new group rebalances at once; undefined when its members may go on as they are. */
  readonly reason: string | undefined;
}

/** Whether all but the leaving members speak the classic protocol, there are some, and the settings allow it. */
export function canDowngrade(
  { config }: GroupContext,
  group: ConsumerGroup,
  leaving: readonly ConsumerMember[],
): boolean {
  const staying = [...group.members].filter(({ memberId }) => !leaving.some((other) => other.memberId === memberId));
  return (
    staying.length > 0 &&
    staying.every(({ classic }) => classic !== null) &&
    allowsDowngrade(config) &&
    staying.length <= config['group.max.size']
  );
}

/** Undefined when the classic group would not fit into a record: nothing has changed then. */
export function downgrade<Response>(
  draft: ConsumerDraft,
  { leaving, reason }: Downgrade,
  response: Response,
): GroupResult<Response> | undefined {
  const { context, group } = draft;
  const { groupId } = group;
  const classic = classicGroupOf(context, group, leaving);
  const records: GroupRecord[] = [...draft.records, ...consumerGroupTombstones(group), groupMetadataRecord(classic)];
  if (!context.shard.fits(records)) return undefined;
  for (const { memberId } of group.members) stopMemberTimers(context, groupId, memberId);
  draft.finish(response);
  context.groups.set(groupId, classic);
  for (const member of classic.members) restartSession(context, classic, member);
  context.logger.info({ groupId }, 'the consumer group became a classic group');
  if (reason !== undefined) records.push(...prepareRebalance(context, classic, reason));
  return applied(records, response);
}

function classicGroupOf(context: GroupContext, group: ConsumerGroup, leaving: readonly ConsumerMember[]): ClassicGroup {
  const staying = [...group.members].filter(({ memberId }) => !leaving.some((other) => other.memberId === memberId));
  const members = staying.map((member) =>
    createMember({
      memberId: member.memberId,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      protocolType: CONSUMER_PROTOCOL_TYPE,
      rebalanceTimeoutMs: member.rebalanceTimeoutMs,
      sessionTimeoutMs: member.classic?.sessionTimeoutMs ?? 0,
      protocols: member.classic?.supportedProtocols ?? [],
    }),
  );
  const fields = {
    state: 'Stable',
    generationId: group.groupEpoch,
    protocolType: CONSUMER_PROTOCOL_TYPE,
    leaderId: null,
    stateTimestampMs: BigInt(context.clock.now()),
  } as const;
  const { groupId } = group;
  const protocolName = new ClassicGroup(groupId, { ...fields, protocolName: null }, members).selectProtocol();
  for (const member of members) {
    const subscription = metadataFor(member, protocolName);
    member.assignment = assignmentBytes(group.target(member.memberId), subscription, context.topics());
  }
  return new ClassicGroup(groupId, { ...fields, protocolName }, members);
}
