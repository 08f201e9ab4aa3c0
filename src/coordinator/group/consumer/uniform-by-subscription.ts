// The `uniform` assignor where members subscribe to different topics: partitions that nobody has go to the least loaded of a topic's
// subscribers, then partitions move from the most to the least loaded ones until no topic can gain.

import { uuidToBytes } from '../../../protocol/index.ts';
import type { Assignment } from './assigned-partitions.ts';
import type { AssignorInput } from './assignor.ts';

/** Makes loads more even with each round, so that it ends by itself; the limit is Kafka's. */
const MAX_BALANCING_ROUNDS = 16;

interface Member {
  readonly memberId: string;
  /** Its place among the members. */
  readonly index: number;
  load: number;
}

interface Topic {
  readonly topicId: string;
  readonly subscribers: Member[];
  /** By partition. */
  readonly owners: (Member | undefined)[];
  readonly perSubscriber: () => number;
}

export function assignBySubscription(input: AssignorInput): Map<string, Assignment> {
  const members = input.members.map(({ memberId }, index) => ({ memberId, index, load: 0 }));
  const topics = [...subscribedTopics(input, members).values()].sort(byChoice);
  for (const topic of topics) assignUnowned(topic);
  balance(topics.filter(({ subscribers }) => subscribers.length > 1));
  return toAssignments(members, topics);
}

/** With the owners that are still subscribed. */
function subscribedTopics({ members, partitionCount }: AssignorInput, known: readonly Member[]): Map<string, Topic> {
  const topics = new Map<string, Topic>();
  for (const [index, { topicIds, assignment }] of members.entries()) {
    const member = known[index];
    if (member === undefined) continue;
    for (const topicId of topicIds) {
      const topic = topics.get(topicId) ?? newTopic(topicId, partitionCount(topicId));
      topics.set(topicId, topic);
      topic.subscribers.push(member);
      for (const partition of assignment.get(topicId) ?? []) own(topic, partition, member);
    }
  }
  return topics;
}

function newTopic(topicId: string, partitionCount: number): Topic {
  const subscribers: Member[] = [];
  const owners = new Array<Member | undefined>(partitionCount).fill(undefined);
  return { topicId, subscribers, owners, perSubscriber: () => partitionCount / subscribers.length };
}

/** The topics with the most partitions for each subscriber have the least choice. */
function byChoice(one: Topic, other: Topic): number {
  return (
    other.perSubscriber() - one.perSubscriber() ||
    one.subscribers.length - other.subscribers.length ||
    compareUuids(one.topicId, other.topicId)
  );
}

/** As Kafka orders them: two signed numbers. */
function compareUuids(one: string, other: string): number {
  const [bytes, others] = [uuidToBytes(one), uuidToBytes(other)];
  const isLess = (offset: number) => bytes.readBigInt64BE(offset) < others.readBigInt64BE(offset);
  const isMore = (offset: number) => bytes.readBigInt64BE(offset) > others.readBigInt64BE(offset);
  for (const offset of [0, 8]) if (isLess(offset) || isMore(offset)) return isLess(offset) ? -1 : 1;
  return 0;
}

function own(topic: Topic, partition: number, member: Member): void {
  const before = topic.owners[partition];
  if (before !== undefined) before.load--;
  topic.owners[partition] = member;
  member.load++;
}

function assignUnowned(topic: Topic): void {
  const order = byLoad(topic.subscribers);
  for (const [partition, owner] of topic.owners.entries()) {
    const least = owner === undefined ? leastLoaded(order) : undefined;
    if (least !== undefined) own(topic, partition, least);
  }
}

/** Topic after topic, until all have been looked at since the last one that gained. */
function balance(topics: readonly Topic[]): void {
  let last: Topic | undefined;
  for (let round = 0; round < MAX_BALANCING_ROUNDS; round++) {
    for (const topic of topics) {
      if (topic === last) return;
      if (balanceTopic(topic) || last === undefined) last = topic;
    }
  }
}

/** Whether a partition was moved. */
function balanceTopic(topic: Topic): boolean {
  const order = byLoad(topic.subscribers);
  const given = Map.groupBy(topic.owners.keys(), (partition) => topic.owners[partition]);
  /** Behind it are those that have nothing of this topic to give. */
  let end = order.length;
  let hasMoved = false;
  for (;;) {
    const place = mostLoaded(order, end);
    const most = order[place];
    const least = leastLoaded(order);
    if (most === undefined || least === undefined) return hasMoved;
    const partitions = given.get(most) ?? [];
    if (partitions.length === 0) {
      end--;
      [order[place], order[end]] = [order[end] ?? most, most];
      continue;
    }
    const partition = partitions.pop();
    if (partition === undefined || most.load - least.load <= 1) return hasMoved;
    own(topic, partition, least);
    hasMoved = true;
  }
}

function byLoad(members: readonly Member[]): Member[] {
  return [...members].sort((one, other) => one.load - other.load || one.index - other.index);
}

/** The first of those with the smallest load. */
function leastLoaded(order: readonly Member[]): Member | undefined {
  let least = order[0];
  for (const member of order) if (least !== undefined && member.load < least.load) least = member;
  return least;
}

/** The place of the last one with the largest load before `end`; -1 without any. */
function mostLoaded(order: readonly Member[], end: number): number {
  let [most, load] = [-1, -1];
  for (let place = 0; place < end; place++) {
    const member = order[place];
    if (member !== undefined && member.load >= load) [most, load] = [place, member.load];
  }
  return most;
}

function toAssignments(members: readonly Member[], topics: readonly Topic[]): Map<string, Assignment> {
  const assignments = new Map(members.map(({ memberId }) => [memberId, new Map<string, Set<number>>()]));
  for (const { topicId, owners } of topics) {
    for (const [partition, owner] of owners.entries()) {
      const assignment = owner && assignments.get(owner.memberId);
      assignment?.set(topicId, (assignment.get(topicId) ?? new Set<number>()).add(partition));
    }
  }
  return assignments;
}
