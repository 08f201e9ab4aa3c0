// One member of a consumer group. A change makes a new object, so that what a request leads to can be worked out before it is logged.

import type {
  ConsumerGroupCurrentMemberAssignmentValue,
  ConsumerGroupMemberMetadataValue,
} from '../../../protocol/index.ts';
import { ownedBytes } from '../owned-bytes.ts';
import { NO_PARTITIONS, type OwnedPartitions, sameOwned } from './assigned-partitions.ts';
import { sameSet } from './same-set.ts';

/** Kafka's values in the records. A value that we do not know makes the member start over. */
export const MEMBER_STATE = { stable: 0, unrevokedPartitions: 1, unreleasedPartitions: 2 } as const;

export type ClassicMemberMetadata = NonNullable<ConsumerGroupMemberMetadataValue['classicMemberMetadata']>;

export interface ConsumerMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly subscribedTopicNames: ReadonlySet<string>;
  /** Null or empty without one. */
  readonly subscribedTopicRegex: string | null;
  readonly rebalanceTimeoutMs: number;
  readonly serverAssignor: string | null;
  /** Of a member that speaks the classic protocol. */
  readonly classic: ClassicMemberMetadata | null;
  readonly memberEpoch: number;
  readonly previousMemberEpoch: number;
  readonly state: number;
  readonly assigned: OwnedPartitions;
  readonly pendingRevocation: OwnedPartitions;
}

export const LEAVE_EPOCH = -1;
/** A static member that comes back. */
export const LEAVE_STATIC_EPOCH = -2;

export function newConsumerMember(memberId: string): ConsumerMember {
  return {
    memberId,
    instanceId: null,
    rackId: null,
    clientId: '',
    clientHost: '',
    subscribedTopicNames: new Set(),
    subscribedTopicRegex: '',
    rebalanceTimeoutMs: -1,
    serverAssignor: null,
    classic: null,
    memberEpoch: 0,
    previousMemberEpoch: -1,
    state: MEMBER_STATE.stable,
    assigned: NO_PARTITIONS,
    pendingRevocation: NO_PARTITIONS,
  };
}

export function isReconciledTo({ state, memberEpoch }: ConsumerMember, assignmentEpoch: number): boolean {
  return state === MEMBER_STATE.stable && memberEpoch === assignmentEpoch;
}

export function regexOf({ subscribedTopicRegex }: ConsumerMember): string | undefined {
  return subscribedTopicRegex === null || subscribedTopicRegex === '' ? undefined : subscribedTopicRegex;
}

/** Whether both have told the same about themselves. */
export function toldSame(one: ConsumerMember, other: ConsumerMember): boolean {
  return (
    one.memberId === other.memberId &&
    one.instanceId === other.instanceId &&
    one.rackId === other.rackId &&
    one.clientId === other.clientId &&
    one.clientHost === other.clientHost &&
    one.subscribedTopicRegex === other.subscribedTopicRegex &&
    one.rebalanceTimeoutMs === other.rebalanceTimeoutMs &&
    one.serverAssignor === other.serverAssignor &&
    sameSet(one.subscribedTopicNames, other.subscribedTopicNames) &&
    sameClassic(one.classic, other.classic)
  );
}

export function ownsSame(one: ConsumerMember, other: ConsumerMember): boolean {
  return (
    one.memberEpoch === other.memberEpoch &&
    one.previousMemberEpoch === other.previousMemberEpoch &&
    one.state === other.state &&
    sameOwned(one.assigned, other.assigned) &&
    sameOwned(one.pendingRevocation, other.pendingRevocation)
  );
}

/** The member with what its metadata record says. */
export function withMetadata(member: ConsumerMember, value: ConsumerGroupMemberMetadataValue): ConsumerMember {
  return {
    ...member,
    instanceId: value.instanceId,
    rackId: value.rackId,
    clientId: value.clientId,
    clientHost: value.clientHost,
    subscribedTopicNames: new Set(value.subscribedTopicNames),
    subscribedTopicRegex: value.subscribedTopicRegex,
    rebalanceTimeoutMs: value.rebalanceTimeoutMs,
    serverAssignor: value.serverAssignor,
    classic: value.classicMemberMetadata && ownedClassic(value.classicMemberMetadata),
  };
}

/** The member with what its assignment record says. */
export function withOwnership(
  member: ConsumerMember,
  value: ConsumerGroupCurrentMemberAssignmentValue,
): ConsumerMember {
  const { memberEpoch, previousMemberEpoch, state } = value;
  return {
    ...member,
    memberEpoch,
    previousMemberEpoch,
    state,
    assigned: ownedPartitions(value.assignedPartitions, memberEpoch),
    pendingRevocation: ownedPartitions(value.partitionsPendingRevocation, memberEpoch),
  };
}

/** Records of Kafka before 4.3 lack the epochs: they count as assigned in the epoch of the record. */
function ownedPartitions(
  topics: ConsumerGroupCurrentMemberAssignmentValue['assignedPartitions'],
  memberEpoch: number,
): OwnedPartitions {
  if (topics.length === 0) return NO_PARTITIONS;
  const fallback = Math.max(memberEpoch, 0);
  return new Map(
    topics.map(({ topicId, partitions, assignmentEpochs }) => [
      topicId,
      new Map(partitions.map((partition, index) => [partition, assignmentEpochs?.[index] ?? fallback])),
    ]),
  );
}

export function ownedClassic({ sessionTimeoutMs, supportedProtocols }: ClassicMemberMetadata): ClassicMemberMetadata {
  const owned = ownedBytes(supportedProtocols.map(({ metadata }) => metadata));
  return {
    sessionTimeoutMs,
    supportedProtocols: supportedProtocols.map(({ name, metadata }, index) => ({
      name,
      metadata: owned[index] ?? metadata,
    })),
  };
}

function sameClassic(one: ClassicMemberMetadata | null, other: ClassicMemberMetadata | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.sessionTimeoutMs === other.sessionTimeoutMs &&
    one.supportedProtocols.length === other.supportedProtocols.length &&
    one.supportedProtocols.every(({ name, metadata }, index) => {
      const protocol = other.supportedProtocols[index];
      return protocol !== undefined && protocol.name === name && protocol.metadata.equals(metadata);
    })
  );
}
