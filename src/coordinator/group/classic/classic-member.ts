// One member of a classic group.

import type { Awaiting } from '../../runtime/awaiting.ts';
import { ownedBytes } from '../owned-bytes.ts';
import type { JoinResponse, SyncResponse } from './messages.ts';

/** An assignment strategy that a member offers, with what it wants to tell the leader about itself. */
export interface MemberProtocol {
  readonly name: string;
  readonly metadata: Buffer;
}

export interface ClassicMember {
  readonly memberId: string;
  /** Null for a dynamic member. */
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly protocolType: string;
  rebalanceTimeoutMs: number;
  sessionTimeoutMs: number;
  /** In the member's order of preference. */
  protocols: readonly MemberProtocol[];
  assignment: Buffer;
  /** The response to its JoinGroup, while the group waits for others. */
  awaitingJoin: Awaiting<JoinResponse> | null;
  /** The response to its SyncGroup, while the group waits for the leader. */
  awaitingSync: Awaiting<SyncResponse> | null;
  /** It has not been part of a generation yet, and cannot send heartbeats. */
  isNew: boolean;
}

export const NO_ASSIGNMENT: Buffer = Buffer.alloc(0);

export function createMember(
  fields: Pick<
    ClassicMember,
    | 'memberId'
    | 'groupInstanceId'
    | 'clientId'
    | 'clientHost'
    | 'protocolType'
    | 'rebalanceTimeoutMs'
    | 'sessionTimeoutMs'
    | 'protocols'
  >,
): ClassicMember {
  return { ...fields, assignment: NO_ASSIGNMENT, awaitingJoin: null, awaitingSync: null, isNew: false };
}

/** What the member tells under the protocol; empty when it does not have it. */
export function metadataFor(member: ClassicMember, protocolName: string | null): Buffer {
  return member.protocols.find(({ name }) => name === protocolName)?.metadata ?? NO_ASSIGNMENT;
}

/** Whether the member offers exactly these protocols, in this order. */
export function offersSame(member: ClassicMember, protocols: readonly MemberProtocol[]): boolean {
  return (
    member.protocols.length === protocols.length &&
    member.protocols.every(({ name, metadata }, index) => {
      const other = protocols[index];
      return other !== undefined && name === other.name && metadata.equals(other.metadata);
    })
  );
}

/**
 * A member that waits for a response is alive as far as the group can know. A new member is not trusted that far: it has no id to send
 * heartbeats with, and may have gone long ago.
 */
export function isAliveWithoutHeartbeat(member: ClassicMember): boolean {
  return !member.isNew && (member.awaitingJoin !== null || member.awaitingSync !== null);
}

/** What a member may change by joining again. Copied, because a request's bytes are views on its buffer. */
export function memberChanges({
  protocols,
  rebalanceTimeoutMs,
  sessionTimeoutMs,
}: Pick<ClassicMember, 'protocols' | 'rebalanceTimeoutMs' | 'sessionTimeoutMs'>) {
  return { protocols: ownedProtocols(protocols), rebalanceTimeoutMs, sessionTimeoutMs };
}

/** The first of several protocols of one name counts. */
function ownedProtocols(protocols: readonly MemberProtocol[]): MemberProtocol[] {
  const distinct = protocols.filter(({ name }, index) => protocols.findIndex((other) => other.name === name) === index);
  const owned = ownedBytes(distinct.map(({ metadata }) => metadata));
  return distinct.map(({ name }, index) => ({ name, metadata: owned[index] ?? NO_ASSIGNMENT }));
}
