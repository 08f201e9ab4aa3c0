// A group coordinator for a scripted broker, of the classic protocol and as simple as can be: whoever joins starts a rebalance, which ends
// when every member that is known has joined again.

import {
  heartbeat,
  joinGroup,
  leaveGroup,
  offsetCommit,
  offsetFetch,
  type ResponseInput,
  syncGroup,
} from '../../protocol/index.ts';
import type { ScriptedBroker } from './scripted-broker.ts';

interface Member {
  metadata: Buffer;
  assignment: Buffer;
  join: ((response: Omit<ResponseInput<typeof joinGroup>, 'throttleTimeMs'>) => void) | undefined;
  sync: (() => void) | undefined;
}

export class MemoryGroup {
  generation = 0;
  readonly members = new Map<string, Member>();
  readonly committed = new Map<string, bigint>();
  /** Answered to the next heartbeats instead of what is so. */
  heartbeatError = 0;
  #isRebalancing = false;
  #protocol = '';
  #nextMember = 1;

  constructor(broker: ScriptedBroker) {
    broker.on(joinGroup, (request) => this.#join(request.memberId, request.protocols));
    broker.on(syncGroup, (request) => this.#sync(request.memberId, request.generationId, request.assignments));
    broker.on(heartbeat, ({ memberId, generationId }) => ({
      errorCode: this.heartbeatError || this.#judge(memberId, generationId),
    }));
    broker.on(leaveGroup, ({ members }) => {
      for (const { memberId } of members) this.members.delete(memberId);
      this.#isRebalancing = true;
      this.#completeJoin();
      return { errorCode: 0, members: [] };
    });
    broker.on(offsetCommit, ({ memberId, generationIdOrMemberEpoch, topics }) => {
      const errorCode = this.members.has(memberId) && generationIdOrMemberEpoch === this.generation ? 0 : 22;
      for (const { name, partitions } of topics) {
        for (const { partitionIndex, committedOffset } of partitions) {
          if (errorCode === 0) this.committed.set(`${name}-${partitionIndex}`, committedOffset);
        }
      }
      return {
        topics: topics.map(({ name, partitions }) => ({
          name,
          partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
        })),
      };
    });
    broker.on(offsetFetch, ({ groups }) => ({
      groups: groups.map(({ groupId, topics }) => ({
        groupId,
        topics: (topics ?? []).map(({ name, partitionIndexes }) => ({
          name,
          partitions: partitionIndexes.map((partitionIndex) => ({
            partitionIndex,
            committedOffset: this.committed.get(`${name}-${partitionIndex}`) ?? -1n,
            metadata: '',
            errorCode: 0,
          })),
        })),
      })),
    }));
  }

  /** Forgets a member, as when its session ended. */
  expel(memberId: string): void {
    this.members.delete(memberId);
    this.#isRebalancing = true;
    this.#completeJoin();
  }

  #judge(memberId: string, generationId: number): number {
    if (!this.members.has(memberId)) return 25;
    if (this.#isRebalancing) return 27;
    return generationId === this.generation ? 0 : 22;
  }

  #join(askedId: string, protocols: readonly { name: string; metadata: Buffer }[]) {
    if (askedId === '') {
      return { errorCode: 79, protocolName: null, leader: '', memberId: `member-${this.#nextMember++}`, members: [] };
    }
    const member = this.members.get(askedId) ?? {
      metadata: Buffer.alloc(0),
      assignment: Buffer.alloc(0),
      join: undefined,
      sync: undefined,
    };
    member.metadata = protocols[0]?.metadata ?? Buffer.alloc(0);
    this.#protocol = protocols[0]?.name ?? '';
    this.members.set(askedId, member);
    this.#isRebalancing = true;
    return new Promise<Omit<ResponseInput<typeof joinGroup>, 'throttleTimeMs'>>((resolve) => {
      member.join = resolve;
      this.#completeJoin();
    });
  }

  #completeJoin(): void {
    const members = [...this.members];
    if (members.length === 0 || members.some(([, member]) => member.join === undefined)) return;
    this.generation++;
    this.#isRebalancing = false;
    const leader = members[0]?.[0] ?? '';
    for (const [memberId, member] of members) {
      member.join?.({
        errorCode: 0,
        generationId: this.generation,
        protocolType: 'consumer',
        protocolName: this.#protocol,
        leader,
        memberId,
        members: memberId === leader ? members.map(([id, { metadata }]) => ({ memberId: id, metadata })) : [],
      });
      member.join = undefined;
      member.assignment = Buffer.alloc(0);
    }
  }

  #sync(memberId: string, generationId: number, assignments: readonly { memberId: string; assignment: Buffer }[]) {
    const errorCode = this.#judge(memberId, generationId);
    const member = this.members.get(memberId);
    if (errorCode !== 0 || member === undefined) return { errorCode, assignment: Buffer.alloc(0) };
    for (const given of assignments) {
      const receiver = this.members.get(given.memberId);
      if (receiver) receiver.assignment = Buffer.from(given.assignment);
    }
    if (assignments.length > 0) {
      for (const { sync } of this.members.values()) sync?.();
      return { errorCode: 0, assignment: member.assignment };
    }
    return new Promise<{ errorCode: number; assignment: Buffer }>((resolve) => {
      member.sync = () => resolve({ errorCode: 0, assignment: member.assignment });
      if (member.assignment.length > 0) member.sync();
    });
  }
}
