// What is asked of groups whose members the coordinator assigns (KIP-848, KIP-932, KIP-1071), of queues and of their state.

import type { Api, RequestInput } from '../../src/protocol/index.ts';
import * as protocol from '../../src/protocol/index.ts';
import { BOTH, type Case, ORDERS, type TopicIds } from './case.ts';

/** Groups with a member that reads `orders`; `prepareGroups` makes them. */
const CONSUMERS = 'crew-consumers';
const SHARERS = 'crew-sharers';
const STREAMS = 'crew-streams';
const MEMBER = 'AAAAAAAAAAAAAAAAAAAAAg';

/** Those who share read what was written before they came. */
export const GROUP_SETTINGS: RequestInput<typeof protocol.incrementalAlterConfigs> = {
  resources: [
    {
      ...{ resourceType: 32, resourceName: SHARERS },
      configs: [{ name: 'share.auto.offset.reset', configOperation: 0, value: 'earliest' }],
    },
  ],
  validateOnly: false,
};

/** The members whose groups are described. They do not end while the cases are asked: see SETTINGS. */
export const MEMBERS = [
  joining(protocol.consumerGroupHeartbeat, 1, {
    ...{ groupId: CONSUMERS, memberId: MEMBER, memberEpoch: 0, rebalanceTimeoutMs: 60_000 },
    ...{ subscribedTopicNames: [ORDERS], topicPartitions: [] },
  }),
  joining(protocol.shareGroupHeartbeat, 1, {
    ...{ groupId: SHARERS, memberId: MEMBER, memberEpoch: 0, subscribedTopicNames: [ORDERS] },
  }),
  joining(protocol.streamsGroupHeartbeat, 0, streamsMember(STREAMS, [ORDERS])),
] as const;

export function groupCases({ orders, ghost }: TopicIds): readonly Case[] {
  const list: Case[] = [];
  const ask = <A extends Api>(
    title: string,
    api: A,
    version: number,
    request: RequestInput<A>,
    before?: Case['before'],
  ) => {
    list.push({ title, api, version, request, ...(before && { before }) });
  };
  const ids = [orders, ghost];
  const leaving = { memberId: 'unknown', memberEpoch: -1 };
  const operations = { includeAuthorizedOperations: true };

  ask('ConsumerGroupHeartbeat', protocol.consumerGroupHeartbeat, 1, {
    ...{ ...leaving, groupId: 'crew-consumer', subscribedTopicNames: null },
  });
  ask('ConsumerGroupHeartbeat, with topics', protocol.consumerGroupHeartbeat, 1, {
    ...{ ...leaving, groupId: 'crew-consumer', subscribedTopicNames: [...BOTH] },
  });
  const consumers = { groupIds: [CONSUMERS, 'crew-ghost'], ...operations };
  ask('ConsumerGroupDescribe', protocol.consumerGroupDescribe, 1, consumers);

  ask('ShareGroupHeartbeat', protocol.shareGroupHeartbeat, 1, {
    ...{ ...leaving, groupId: 'crew-share', subscribedTopicNames: null },
  });
  ask('ShareGroupHeartbeat, with topics', protocol.shareGroupHeartbeat, 1, {
    ...{ ...leaving, groupId: 'crew-share', subscribedTopicNames: [...BOTH] },
  });
  ask('ShareGroupDescribe', protocol.shareGroupDescribe, 1, { groupIds: [SHARERS, 'crew-ghost'], ...operations });
  const reading = {
    ...{ groupId: 'crew-share', memberId: MEMBER, forgottenTopicsData: [] },
    ...{ maxWaitMs: 0, minBytes: 0, maxRecords: 1, batchSize: 1 },
  };
  ask('ShareFetch', protocol.shareFetch, 1, { ...reading, shareSessionEpoch: -1, topics: [] });
  const acknowledging = { groupId: 'crew-share', memberId: MEMBER };
  ask('ShareAcknowledge', protocol.shareAcknowledge, 1, { ...acknowledging, shareSessionEpoch: -1, topics: [] });
  // Nobody has been given a record as late as this one.
  const acknowledgementBatches = [{ firstOffset: 1000n, lastOffset: 1000n, acknowledgeTypes: [1] }];
  // Not of a topic that is not there: Apache Kafka has no answer for its id but an error of its own.
  const topic = { topicId: orders, partitions: [{ partitionIndex: 0, acknowledgementBatches: [] }] };
  const session = { groupId: SHARERS, shareSessionEpoch: 0, maxWaitMs: 5000, minBytes: 1 };
  const first = { ...reading, ...session, topics: [topic] };
  ask('ShareFetch, with topics', protocol.shareFetch, 1, first);
  const acknowledged = { topicId: orders, partitions: [{ partitionIndex: 0, acknowledgementBatches }] };
  ask(
    'ShareAcknowledge, with topics',
    protocol.shareAcknowledge,
    1,
    { ...acknowledging, groupId: SHARERS, shareSessionEpoch: 1, topics: [acknowledged] },
    { api: protocol.shareFetch, version: 1, request: first },
  );
  const offsetsOf = (topics: { topicName: string; partitions: number[] }[] | null) => ({
    groups: [SHARERS, 'crew-ghost'].map((groupId) => ({ groupId, topics })),
  });
  const named = BOTH.map((topicName) => ({ topicName, partitions: [0] }));
  ask('DescribeShareGroupOffsets', protocol.describeShareGroupOffsets, 0, offsetsOf(named));
  ask('DescribeShareGroupOffsets, all topics', protocol.describeShareGroupOffsets, 0, offsetsOf(null));
  ask('AlterShareGroupOffsets', protocol.alterShareGroupOffsets, 0, {
    groupId: 'crew-share',
    topics: BOTH.map((topicName) => ({ topicName, partitions: [{ partitionIndex: 0, startOffset: 0n }] })),
  });
  ask('DeleteShareGroupOffsets', protocol.deleteShareGroupOffsets, 0, {
    groupId: 'crew-share',
    topics: BOTH.map((topicName) => ({ topicName })),
  });

  const state = <T extends object>(partition: T) => ({
    groupId: 'crew-state',
    topics: ids.map((topicId) => ({ topicId, partitions: [{ partition: 0, ...partition }] })),
  });
  const nothing = { groupId: 'crew-state', topics: [] };
  const [begun, led] = [{ stateEpoch: 0, startOffset: 0n }, { leaderEpoch: 0 }];
  ask('InitializeShareGroupState, of nothing', protocol.initializeShareGroupState, 0, nothing);
  ask('InitializeShareGroupState', protocol.initializeShareGroupState, 0, state(begun));
  ask('ReadShareGroupState, of nothing', protocol.readShareGroupState, 0, nothing);
  ask('ReadShareGroupState', protocol.readShareGroupState, 0, state(led));
  ask('WriteShareGroupState, of nothing', protocol.writeShareGroupState, 0, nothing);
  ask('WriteShareGroupState', protocol.writeShareGroupState, 0, state({ ...begun, ...led, stateBatches: [] }));
  ask('ReadShareGroupStateSummary, of nothing', protocol.readShareGroupStateSummary, 0, nothing);
  ask('ReadShareGroupStateSummary', protocol.readShareGroupStateSummary, 0, state(led));
  ask('DeleteShareGroupState, of nothing', protocol.deleteShareGroupState, 0, nothing);
  ask('DeleteShareGroupState', protocol.deleteShareGroupState, 0, state({}));

  ask('StreamsGroupHeartbeat', protocol.streamsGroupHeartbeat, 0, {
    ...{ ...leaving, groupId: STREAMS, endpointInformationEpoch: 0 },
  });
  ask('StreamsGroupHeartbeat, with topics', protocol.streamsGroupHeartbeat, 0, streamsMember('crew-app', BOTH));
  const own = streamsMember('crew-app-with-state', [ORDERS], ['orders-changelog']);
  ask('StreamsGroupHeartbeat, with topics to be made', protocol.streamsGroupHeartbeat, 0, own);
  ask('StreamsGroupDescribe', protocol.streamsGroupDescribe, 0, { groupIds: [STREAMS, 'crew-ghost'], ...operations });
  return list;
}

function joining<A extends Api>(api: A, version: number, request: RequestInput<A>) {
  return { api, version, request };
}

function streamsMember(
  groupId: string,
  sourceTopics: readonly string[],
  changelogs: readonly string[] = [],
): RequestInput<typeof protocol.streamsGroupHeartbeat> {
  const subtopology = {
    ...{ subtopologyId: '0', sourceTopics: [...sourceTopics], sourceTopicRegex: [], repartitionSinkTopics: [] },
    ...{ repartitionSourceTopics: [], copartitionGroups: [] },
    stateChangelogTopics: changelogs.map((name) => ({ name, partitions: 0, replicationFactor: 1, topicConfigs: [] })),
  };
  return {
    ...{ groupId, memberId: MEMBER, memberEpoch: 0, endpointInformationEpoch: 0, processId: 'process' },
    ...{ rebalanceTimeoutMs: 60_000, activeTasks: [], standbyTasks: [], warmupTasks: [], clientTags: [] },
    topology: { epoch: 0, subtopologies: [subtopology] },
  };
}
