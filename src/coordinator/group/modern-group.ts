// What consumer, share and streams groups have in common (KIP-848, KIP-932, KIP-1071): members, what the broker wants each of them to have, and the
// epochs of both. `Target` is what a member is to have: partitions, or tasks.

import { KafkaError } from '../../protocol/index.ts';

export abstract class ModernGroup<Member, Target> {
  readonly groupId: string;
  /** A new group begins with 1, and with an empty assignment of that epoch: 0 would tell a member to join. */
  groupEpoch = 1;
  metadataHash = 0n;
  assignmentEpoch = 1;
  assignmentTimestampMs = 0n;
  /** The topics may have changed: the next request of a member looks. Not logged. */
  needsMetadataRefresh = true;
  protected readonly membersById = new Map<string, Member>();
  protected readonly targets = new Map<string, Target>();
  readonly #noTarget: Target;

  constructor(groupId: string, noTarget: Target) {
    this.groupId = groupId;
    this.#noTarget = noTarget;
  }

  get members(): Iterable<Member> {
    return this.membersById.values();
  }

  get size(): number {
    return this.membersById.size;
  }

  get isEmpty(): boolean {
    return this.membersById.size === 0;
  }

  member(memberId: string): Member | undefined {
    return this.membersById.get(memberId);
  }

  /** Throws UNKNOWN_MEMBER_ID. */
  requireMember(memberId: string): Member {
    const member = this.membersById.get(memberId);
    if (member === undefined)
      throw new KafkaError('UNKNOWN_MEMBER_ID', `Member ${memberId} is not a member of group ${this.groupId}.`);
    return member;
  }

  target(memberId: string): Target {
    return this.targets.get(memberId) ?? this.#noTarget;
  }

  hasTarget(memberId: string): boolean {
    return this.targets.has(memberId);
  }

  /** Makes a new group of the same type a copy of this one, as far as this class goes. */
  protected copyTo(draft: ModernGroup<Member, Target>): void {
    draft.groupEpoch = this.groupEpoch;
    draft.metadataHash = this.metadataHash;
    draft.assignmentEpoch = this.assignmentEpoch;
    draft.assignmentTimestampMs = this.assignmentTimestampMs;
    draft.needsMetadataRefresh = this.needsMetadataRefresh;
    for (const [memberId, member] of this.membersById) draft.membersById.set(memberId, member);
    for (const [memberId, target] of this.targets) draft.targets.set(memberId, target);
  }
}
