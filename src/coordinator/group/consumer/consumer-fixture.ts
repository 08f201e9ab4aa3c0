// A coordinator of consumer groups over a log in memory and topics that a test makes, with heartbeats that say no more than it is about.

import { type ConsumerGroupHeartbeatRequest, type ErrorName, errorName } from '../../../protocol/index.ts';
import { context, createFixture, type Fixture, GROUP } from '../group-fixture.ts';
import type { GroupTopic } from './group-topics.ts';

export const TOPIC = 'events';

export interface ConsumerFixture extends Fixture {
  /** Creates the topic, or gives it more partitions; removes it when there are none. */
  setTopic(name: string, partitionCount: number): void;
}

/** Assignments may follow each other at once. */
export async function createConsumerFixture(
  texts: Readonly<Record<string, string>> = {},
  partitionCount = 4,
): Promise<ConsumerFixture> {
  const topics = new Map<string, GroupTopic>();
  let version = 0n;
  const fixture = await createFixture({ 'group.consumer.assignment.interval.ms': '0', ...texts }, undefined, () => ({
    version,
    byName: (name) => topics.get(name),
    byId: (topicId) => [...topics.values()].find((topic) => topic.topicId === topicId),
    names: () => topics.keys(),
  }));
  const setTopic = (name: string, count: number) => {
    const hasNewTopics = !topics.has(name);
    version++;
    if (count === 0) topics.delete(name);
    else topics.set(name, { name, topicId: topicIdOf(name), partitionCount: count, racks: () => [] });
    fixture.coordinator.onTopicsChanged({ changed: [name], hasNewTopics });
  };
  setTopic(TOPIC, partitionCount);
  return Object.assign(fixture, { setTopic });
}

export function topicIdOf(name: string): string {
  return Buffer.from(name.padEnd(16, '.')).toString('base64url');
}

export interface MemberView {
  readonly error: ErrorName | undefined;
  readonly memberId: string;
  readonly memberEpoch: number;
  /** `topic-partition` in order; undefined when the answer does not say. */
  readonly partitions: readonly string[] | undefined;
}

interface BeatFields extends Partial<ConsumerGroupHeartbeatRequest> {
  readonly version?: number;
  /** Default: every topic. */
  readonly maySeeTopic?: (topic: string) => boolean;
}

export async function beat({ coordinator }: Fixture, memberId: string, fields: BeatFields = {}): Promise<MemberView> {
  const { version = 1, maySeeTopic = () => true, ...request } = fields;
  const answer = await coordinator.consumerGroupHeartbeat(
    { ...context(version), maySeeTopic },
    {
      groupId: GROUP,
      memberId,
      memberEpoch: 0,
      instanceId: null,
      rackId: null,
      rebalanceTimeoutMs: -1,
      subscribedTopicNames: null,
      subscribedTopicRegex: null,
      serverAssignor: null,
      topicPartitions: null,
      ...request,
    },
  );
  return {
    error: errorName(answer.errorCode ?? 0),
    memberId: answer.memberId ?? '',
    memberEpoch: answer.memberEpoch,
    partitions: answer.assignment?.topicPartitions.flatMap(textOf).sort(),
  };
}

export function joinConsumer(fixture: Fixture, memberId: string, fields: BeatFields = {}): Promise<MemberView> {
  return beat(fixture, memberId, {
    memberEpoch: 0,
    rebalanceTimeoutMs: 60_000,
    subscribedTopicNames: [TOPIC],
    topicPartitions: [],
    ...fields,
  });
}

/** As a request tells what a member owns. */
export function owning(texts: readonly string[] = []): { topicId: string; partitions: number[] }[] {
  const topics = new Map<string, number[]>();
  for (const text of texts) {
    const [name = '', partition = ''] = text.split('-');
    topics.set(name, [...(topics.get(name) ?? []), Number(partition)]);
  }
  return Array.from(topics, ([name, partitions]) => ({ topicId: topicIdOf(name), partitions }));
}

export async function describeConsumers({ coordinator }: Fixture) {
  return coordinator.describeConsumerGroup(context(1), GROUP);
}

function textOf({
  topicId,
  partitions,
}: {
  readonly topicId: string;
  readonly partitions: readonly number[];
}): string[] {
  const name = Buffer.from(topicId, 'base64url').toString().replace(/\.+$/, '');
  return partitions.map((partition) => `${name}-${partition}`);
}
