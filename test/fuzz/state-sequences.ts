// Sequences of requests about one thing that has states: a group of each kind, a transaction, a session of a fetch or of a queue, a login. Names are few and
// what the broker has answered is said again under the same name, so that many requests fit the state that is there, and the next one comes too early, too
// late, twice, from somebody else or for another epoch.

import { pick } from '../../src/broker/testing/damage.ts';
import type { Random } from '../../src/platform/index.ts';
import * as protocol from '../../src/protocol/index.ts';
import { Pool } from './generate-request.ts';
import type { FuzzPorts } from './stalled-connections.ts';

export interface StateSequence {
  readonly port: keyof FuzzPorts;
  readonly apis: readonly protocol.Api[];
  /** What fields hold most of the time, by their names. */
  readonly values: Readonly<Record<string, readonly unknown[]>>;
}

const MEMBER_IDS = ['', 'AAAAAAAAAAAAAAAAAAAAAw', 'AAAAAAAAAAAAAAAAAAAABA'];
const TOPICS = {
  name: ['t0', 't1'],
  topic: ['t0', 't1'],
  topicName: ['t0'],
  subscribedTopicNames: ['t0', 't1'],
  partitionIndex: [0, 1],
  partitionIndexes: [0, 1],
  partition: [0, 1],
  partitions: [0, 1],
};
const GROUP = {
  ...TOPICS,
  ...{ groupId: ['s0', 's1'], memberId: MEMBER_IDS, memberEpoch: [0, -1, 1, 2], groupInstanceId: [null, null, 'i0'] },
  ...{
    sessionTimeoutMs: [6000],
    rebalanceTimeoutMs: [10, 1000],
    generationId: [1, 2],
    generationIdOrMemberEpoch: [1, 2],
  },
};
const SHARE = {
  ...{ shareSessionEpoch: [0, 1, 2, -1], maxWaitMs: [0, 10], maxBytes: [100_000], maxRecords: [1, 10] },
  ...{ minBytes: [0, 1], batchSize: [1, 10], firstOffset: [0n, 1n, 2n], lastOffset: [0n, 1n, 5n] },
  ...{
    acknowledgeTypes: [0, 1, 2, 3, 4],
    deliveryState: [0, 2, 4],
    stateEpoch: [0, 1],
    leaderEpoch: [0],
    startOffset: [0n],
  },
};
const TRANSACTION = {
  transactionalId: ['q0', 'q1'],
  transactionTimeoutMs: [100, 10_000],
  acks: [-1, 1],
  timeoutMs: [100],
};
const SCRAM_FIRST = Buffer.from('n,,n=nobody,r=abcdefghijklmnop');

export const STATE_SEQUENCES: readonly StateSequence[] = [
  {
    port: 'plain',
    apis: [
      ...[protocol.joinGroup, protocol.joinGroup, protocol.syncGroup, protocol.heartbeat, protocol.leaveGroup],
      ...[protocol.offsetCommit, protocol.offsetFetch, protocol.describeGroups, protocol.deleteGroups],
      protocol.consumerGroupHeartbeat,
    ],
    values: {
      ...GROUP,
      ...{ name: ['range', 'roundrobin', 't0'], protocolType: ['consumer'], protocolName: ['range'] },
    },
  },
  {
    port: 'plain',
    apis: [
      ...[protocol.consumerGroupHeartbeat, protocol.consumerGroupHeartbeat, protocol.consumerGroupDescribe],
      ...[protocol.offsetCommit, protocol.offsetFetch, protocol.offsetDelete, protocol.deleteGroups],
    ],
    values: {
      ...GROUP,
      serverAssignor: [null, 'uniform', 'range'],
      subscribedTopicRegex: [null, null, 't.*', '(a+)+$'],
    },
  },
  {
    port: 'plain',
    apis: [protocol.streamsGroupHeartbeat, protocol.streamsGroupHeartbeat, protocol.streamsGroupDescribe],
    values: { ...GROUP, groupId: ['s2'], subtopologyId: ['0', '1'], sourceTopics: ['t0', 't1'], epoch: [0, 1] },
  },
  {
    port: 'plain',
    apis: [
      ...[protocol.shareGroupHeartbeat, protocol.shareFetch, protocol.shareFetch, protocol.shareAcknowledge],
      ...[protocol.metadata, protocol.describeShareGroupOffsets, protocol.alterShareGroupOffsets],
      ...[
        protocol.writeShareGroupState,
        protocol.readShareGroupState,
        protocol.deleteShareGroupState,
        protocol.produce,
      ],
    ],
    values: { ...GROUP, ...SHARE, groupId: ['s3'] },
  },
  {
    port: 'plain',
    apis: [
      ...[protocol.initProducerId, protocol.addPartitionsToTxn, protocol.produce, protocol.produce],
      ...[protocol.addOffsetsToTxn, protocol.txnOffsetCommit, protocol.endTxn, protocol.endTxn],
      ...[protocol.describeTransactions, protocol.writeTxnMarkers, protocol.fetch],
    ],
    values: { ...GROUP, ...TRANSACTION, isolationLevel: [0, 1], maxWaitMs: [0], minBytes: [0] },
  },
  {
    port: 'plain',
    apis: [protocol.fetch, protocol.fetch, protocol.metadata, protocol.produce, protocol.deleteRecords],
    values: {
      ...{ ...TOPICS, sessionEpoch: [0, 1, 2, 3, -1], replicaId: [-1], maxWaitMs: [0, 10], minBytes: [0, 1] },
      ...{ maxBytes: [0, 100_000], partitionMaxBytes: [0, 1000], fetchOffset: [0n, 1n], currentLeaderEpoch: [-1, 0] },
    },
  },
  {
    port: 'saslPlain',
    apis: [
      ...[protocol.saslHandshake, protocol.saslHandshake, protocol.saslAuthenticate, protocol.saslAuthenticate],
      ...[protocol.apiVersions, protocol.metadata, protocol.produce],
    ],
    values: {
      mechanism: ['SCRAM-SHA-256', 'SCRAM-SHA-256', 'PLAIN'],
      authBytes: [SCRAM_FIRST, Buffer.from('c=biws,r=abcdefghijklmnop,p=AAAA'), Buffer.from('\0a\0b'), Buffer.alloc(0)],
    },
  },
];

/** The next request of a sequence, and in which version. */
export function chooseApi({ apis }: StateSequence, random: Random): { api: protocol.Api; version: number } {
  const api = pick(apis, random);
  const { min, max } = api.versions;
  return { api, version: random.integer(4) === 0 ? min + random.integer(max - min + 1) : max };
}

export function poolOf({ values }: StateSequence): Pool {
  return new Pool(values);
}
