// Streams groups for tests: the topics of a word count, and members that say no more than a test is about.

import { type ErrorName, errorName, type StreamsGroupHeartbeatRequest } from '../../../protocol/index.ts';
import { type ConsumerFixture, createConsumerFixture } from '../consumer/consumer-fixture.ts';
import { context, GROUP } from '../group-fixture.ts';
import type { InternalTopic } from './configure-topology.ts';
import type { Topology } from './topology.ts';

export const SOURCE = 'lines';
export const REPARTITION = 'words-repart';
export const CHANGELOG = 'counts-changelog';

/** Assignments come at once, unless the texts say otherwise; the source topic is there, the internal ones are not. */
export async function createStreamsFixture(
  texts: Readonly<Record<string, string>> = {},
  partitionCount = 4,
): Promise<ConsumerFixture> {
  const fixture = await createConsumerFixture({
    'group.streams.initial.rebalance.delay.ms': '0',
    'group.streams.assignment.interval.ms': '0',
    ...texts,
  });
  fixture.setTopic(SOURCE, partitionCount);
  return fixture;
}

/** Reads lines, writes words to a repartition topic, and counts them. */
export const WORD_COUNT: Topology = {
  epoch: 0,
  subtopologies: [
    subtopology('0', { sourceTopics: [SOURCE], repartitionSinkTopics: [REPARTITION] }),
    subtopology('1', {
      repartitionSourceTopics: [internalTopic(REPARTITION)],
      stateChangelogTopics: [internalTopic(CHANGELOG)],
    }),
  ],
};

/** One subtopology, without internal topics. */
export const MAP: Topology = { epoch: 0, subtopologies: [subtopology('0', { sourceTopics: [SOURCE] })] };

export function subtopology(
  subtopologyId: string,
  fields: Partial<Topology['subtopologies'][number]>,
): Topology['subtopologies'][number] {
  return {
    subtopologyId,
    sourceTopics: [],
    sourceTopicRegex: [],
    stateChangelogTopics: [],
    repartitionSinkTopics: [],
    repartitionSourceTopics: [],
    copartitionGroups: [],
    ...fields,
  };
}

export function internalTopic(name: string, partitions = 0): InternalTopic {
  return { name, partitions, replicationFactor: 0, topicConfigs: [] };
}

export interface StreamsView {
  readonly error: ErrorName | undefined;
  readonly memberEpoch: number;
  /** `subtopology-partition`; undefined when the answer does not say. */
  readonly active: readonly string[] | undefined;
  readonly standby: readonly string[] | undefined;
  readonly status: readonly { readonly statusCode: number; readonly statusDetail: string }[];
  /** `name:partitions` */
  readonly missing: readonly string[];
  readonly endpoints: readonly string[] | undefined;
  readonly endpointEpoch: number;
}

type Fields = Partial<StreamsGroupHeartbeatRequest>;

/** A heartbeat that says nothing new. */
export async function beatStreams({ coordinator }: ConsumerFixture, memberId: string, fields: Fields = {}) {
  const { answer, missingTopics } = await coordinator.streamsGroupHeartbeat(context(0), {
    groupId: GROUP,
    memberId,
    memberEpoch: 0,
    endpointInformationEpoch: 0,
    instanceId: null,
    rackId: null,
    rebalanceTimeoutMs: -1,
    topology: null,
    activeTasks: null,
    standbyTasks: null,
    warmupTasks: null,
    processId: null,
    userEndpoint: null,
    clientTags: null,
    taskOffsets: null,
    taskEndOffsets: null,
    shutdownApplication: false,
    ...fields,
  });
  const view: StreamsView = {
    error: errorName(answer.errorCode ?? 0),
    memberEpoch: answer.memberEpoch,
    active: answer.activeTasks?.flatMap(textsOf),
    standby: answer.standbyTasks?.flatMap(textsOf),
    status: answer.status ?? [],
    missing: missingTopics.map(({ name, partitions }) => `${name}:${partitions}`).sort(),
    endpoints: answer.partitionsByUserEndpoint?.map(
      ({ userEndpoint, activePartitions }) =>
        `${userEndpoint.host}:${userEndpoint.port} ${activePartitions.map(({ topic, partitions }) => `${topic}=${partitions.join('+')}`).join(' ')}`,
    ),
    endpointEpoch: answer.endpointInformationEpoch,
  };
  return view;
}

export function joinStreams(fixture: ConsumerFixture, memberId: string, fields: Fields = {}): Promise<StreamsView> {
  return beatStreams(fixture, memberId, {
    rebalanceTimeoutMs: 60_000,
    topology: MAP,
    processId: `process-${memberId}`,
    ...fields,
  });
}

/** The fields of a request that tells which tasks the member has. */
export function having(active: readonly string[] = [], standby: readonly string[] = []) {
  return { activeTasks: listOf(active), standbyTasks: listOf(standby), warmupTasks: [] };
}

export function describeStreams({ coordinator }: ConsumerFixture) {
  return coordinator.describeStreamsGroup(context(0), GROUP);
}

function listOf(texts: readonly string[]) {
  const tasks = new Map<string, number[]>();
  for (const text of texts) {
    const [subtopologyId = '', partition = ''] = text.split('-');
    tasks.set(subtopologyId, [...(tasks.get(subtopologyId) ?? []), Number(partition)]);
  }
  return Array.from(tasks, ([subtopologyId, partitions]) => ({ subtopologyId, partitions }));
}

function textsOf({
  subtopologyId,
  partitions,
}: {
  readonly subtopologyId: string;
  readonly partitions: readonly number[];
}): string[] {
  return partitions.map((partition) => `${subtopologyId}-${partition}`);
}
