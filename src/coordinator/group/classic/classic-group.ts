// A classic group: members that agree on a protocol, generation by generation, one of which (the leader) assigns the work. This is
// its state with the changes that keep it consistent; what requests and timers do with it is in the files beside.

import { KafkaError } from '../../../protocol/index.ts';
import type { Awaiting } from '../../runtime/awaiting.ts';
import type { ClassicMember, MemberProtocol } from './classic-member.ts';
import { type ClassicState, canMove } from './classic-state.ts';
import { type JoinResponse, joinError, type SyncResponse, syncError, UNKNOWN_MEMBER_ID } from './messages.ts';
import { ProtocolTally } from './protocol-tally.ts';
import { CONSUMER_PROTOCOL_TYPE, subscribedTopics } from './subscribed-topics.ts';

/** A group as it comes out of the log, or is made by its first member. */
export interface ClassicGroupFields {
  readonly state: ClassicState;
  readonly generationId: number;
  /** Null until a member has joined. */
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly leaderId: string | null;
  /** Null in groups that old versions have written. */
  readonly stateTimestampMs: bigint | null;
}

export class ClassicGroup {
  readonly type = 'classic';
  readonly groupId: string;
  state: ClassicState;
  previousState: ClassicState | undefined;
  stateTimestampMs: bigint | null;
  generationId: number;
  protocolType: string | null;
  protocolName: string | null;
  leaderId: string | null;
  /** A member came while the first rebalance waited for more: it may wait a little longer. */
  hasNewMember = false;
  /** Member ids that were given out (KIP-394) and have not come back with a join. */
  readonly pendingMemberIds = new Set<string>();
  /** Members that have not synced in this generation. */
  readonly pendingSyncIds = new Set<string>();
  readonly #members = new Map<string, ClassicMember>();
  readonly #staticMemberIds = new Map<string, string>();
  readonly #tally = new ProtocolTally();
  #awaitingJoins = 0;
  #subscribedTopics: ReadonlySet<string> | undefined;

  constructor(groupId: string, fields: ClassicGroupFields, members: readonly ClassicMember[] = []) {
    this.groupId = groupId;
    this.state = fields.state;
    this.stateTimestampMs = fields.stateTimestampMs;
    this.generationId = fields.generationId;
    this.protocolType = fields.protocolType;
    this.protocolName = fields.protocolName;
    this.leaderId = fields.leaderId;
    for (const member of members) this.add(member, null);
    this.#subscribedTopics = subscribedTopics(this.protocolType, this.protocolName, members);
  }

  get members(): Iterable<ClassicMember> {
    return this.#members.values();
  }

  get size(): number {
    return this.#members.size;
  }

  get isEmpty(): boolean {
    return this.state === 'Empty';
  }

  get usesConsumerProtocol(): boolean {
    return this.protocolType === CONSUMER_PROTOCOL_TYPE;
  }

  member(memberId: string): ClassicMember | undefined {
    return this.#members.get(memberId);
  }

  staticMemberId(groupInstanceId: string): string | undefined {
    return this.#staticMemberIds.get(groupInstanceId);
  }

  isLeader(memberId: string): boolean {
    return this.leaderId === memberId;
  }

  get awaitingJoins(): number {
    return this.#awaitingJoins;
  }

  /** The join phase is over when nobody is missing, neither a member nor one who was told to come back with an id. */
  get haveAllJoined(): boolean {
    return this.#members.size === this.#awaitingJoins && this.pendingMemberIds.size === 0;
  }

  get canRebalance(): boolean {
    return canMove(this.state, 'PreparingRebalance');
  }

  /** The longest that a member allows. */
  get rebalanceTimeoutMs(): number {
    let longest = 0;
    for (const { rebalanceTimeoutMs } of this.#members.values()) longest = Math.max(longest, rebalanceTimeoutMs);
    return longest;
  }

  /** Undefined when it is not known, as for protocols other than the consumers'. */
  get subscribedTopics(): ReadonlySet<string> | undefined {
    return this.#subscribedTopics;
  }

  /** Unknown subscriptions of consumers count as all topics, so that no offset is lost that may be in use. */
  isSubscribedTo(topic: string): boolean {
    return this.#subscribedTopics?.has(topic) ?? this.usesConsumerProtocol;
  }

  supports(protocolType: string, protocols: readonly MemberProtocol[]): boolean {
    if (this.isEmpty) return protocolType !== '' && protocols.length > 0;
    return protocolType === this.protocolType && protocols.some(({ name }) => this.#tally.isOfferedByAll(name));
  }

  selectProtocol(): string | null {
    return this.#tally.select(this.#members.values());
  }

  add(member: ClassicMember, awaitingJoin: Awaiting<JoinResponse> | null): void {
    if (member.groupInstanceId !== null) this.#staticMemberIds.set(member.groupInstanceId, member.memberId);
    if (this.#members.size === 0) this.protocolType = member.protocolType;
    this.leaderId ??= member.memberId;
    this.#members.set(member.memberId, member);
    this.#tally.add(member.protocols);
    this.#setAwaitingJoin(member, awaitingJoin);
    this.pendingMemberIds.delete(member.memberId);
  }

  /** Takes a member or a pending member out, and refuses what it waits for. The first of the others leads when it was the leader. */
  remove(memberId: string): void {
    const member = this.#members.get(memberId);
    if (member !== undefined) {
      this.#members.delete(memberId);
      this.#tally.remove(member.protocols);
      // Its client starts over if it is still there.
      this.completeJoin(member, joinError(UNKNOWN_MEMBER_ID, 'UNKNOWN_MEMBER_ID'));
      this.completeSync(member, syncError('UNKNOWN_MEMBER_ID'));
      if (member.groupInstanceId !== null) this.#staticMemberIds.delete(member.groupInstanceId);
    }
    if (this.isLeader(memberId)) this.leaderId = this.#members.keys().next().value ?? null;
    this.pendingMemberIds.delete(memberId);
    this.pendingSyncIds.delete(memberId);
  }

  update(
    member: ClassicMember,
    changes: Pick<ClassicMember, 'protocols' | 'rebalanceTimeoutMs' | 'sessionTimeoutMs'>,
    awaitingJoin: Awaiting<JoinResponse>,
  ): void {
    // Who asks twice has given up the first request.
    this.completeJoin(member, joinError(member.memberId, 'REBALANCE_IN_PROGRESS'));
    this.#tally.remove(member.protocols);
    member.protocols = changes.protocols;
    this.#tally.add(member.protocols);
    member.rebalanceTimeoutMs = changes.rebalanceTimeoutMs;
    member.sessionTimeoutMs = changes.sessionTimeoutMs;
    this.#setAwaitingJoin(member, awaitingJoin);
  }

  /** A static member came back under a new id: it takes the place of the old one, whose waiting requests are fenced. */
  replaceStaticMember(old: ClassicMember, memberId: string): ClassicMember {
    this.completeJoin(old, joinError(old.memberId, 'FENCED_INSTANCE_ID'));
    this.completeSync(old, syncError('FENCED_INSTANCE_ID'));
    const member = { ...old, memberId, awaitingJoin: null, awaitingSync: null, isNew: false };
    this.#members.delete(old.memberId);
    this.#members.set(memberId, member);
    if (this.isLeader(old.memberId)) this.leaderId = memberId;
    if (old.groupInstanceId !== null) this.#staticMemberIds.set(old.groupInstanceId, memberId);
    return member;
  }

  completeJoin(member: ClassicMember, response: JoinResponse): void {
    const { awaitingJoin } = member;
    this.#setAwaitingJoin(member, null);
    awaitingJoin?.complete(response);
  }

  /** Whether the member was waiting. */
  completeSync(member: ClassicMember, response: SyncResponse): boolean {
    const { awaitingSync } = member;
    member.awaitingSync = null;
    awaitingSync?.complete(response);
    return awaitingSync !== null;
  }

  /** Makes a member that has joined the leader, if the leader has not. False when nobody has joined. */
  electJoinedLeader(): boolean {
    const leader = this.leaderId === null ? undefined : this.#members.get(this.leaderId);
    if (leader === undefined) return false;
    if (leader.awaitingJoin !== null) return true;
    for (const member of this.#members.values()) {
      if (member.awaitingJoin === null) continue;
      this.leaderId = member.memberId;
      return true;
    }
    return false;
  }

  startGeneration(nowMs: number): void {
    this.generationId++;
    this.protocolName = this.#members.size > 0 ? this.selectProtocol() : null;
    this.#subscribedTopics = subscribedTopics(this.protocolType, this.protocolName, [...this.#members.values()]);
    this.moveTo(this.#members.size > 0 ? 'CompletingRebalance' : 'Empty', nowMs);
    this.pendingSyncIds.clear();
  }

  moveTo(state: ClassicState, nowMs: number): void {
    if (!canMove(this.state, state))
      throw new Error(`Group ${this.groupId} cannot move from ${this.state} to ${state}`);
    this.previousState = this.state;
    this.state = state;
    this.stateTimestampMs = BigInt(nowMs);
  }

  /** Throws UNKNOWN_MEMBER_ID, or FENCED_INSTANCE_ID when another member took the instance id over. */
  requireMember(memberId: string, groupInstanceId: string | null): ClassicMember {
    if (groupInstanceId !== null) {
      const current = this.#staticMemberIds.get(groupInstanceId);
      if (current === undefined) throw new KafkaError('UNKNOWN_MEMBER_ID');
      if (current !== memberId) throw new KafkaError('FENCED_INSTANCE_ID');
    }
    const member = this.#members.get(memberId);
    if (member === undefined) throw new KafkaError('UNKNOWN_MEMBER_ID');
    return member;
  }

  #setAwaitingJoin(member: ClassicMember, awaitingJoin: Awaiting<JoinResponse> | null): void {
    if (member.awaitingJoin !== null) this.#awaitingJoins--;
    if (awaitingJoin !== null) this.#awaitingJoins++;
    member.awaitingJoin = awaitingJoin;
  }
}
