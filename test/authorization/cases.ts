// What is asked as each user: each API that knows permissions, of resources that there are and of others that there are not. A request changes
// nothing that a later one would find, or says what brings it back.

import { batchOf } from '../../src/broker/testing/topics.ts';
import type { Api, RequestInput } from '../../src/protocol/index.ts';
import * as protocol from '../../src/protocol/index.ts';
import { BOTH, type Case, GHOST, ORDERS, type TopicIds } from './case.ts';
import { groupCases } from './group-cases.ts';

const TX = { transactionalId: 'tx-1', producerId: 9999n, producerEpoch: 0 };
const UNKNOWN_MEMBER = { memberId: 'unknown', groupInstanceId: null };
const TIMEOUT = { timeoutMs: 5000 };

export function cases({ orders, ghost }: TopicIds): readonly Case[] {
  const list: Case[] = [];
  const ask = <A extends Api>(
    title: string,
    api: A,
    version: number,
    request: RequestInput<A>,
    needs: string[] = [],
  ) => {
    list.push({ title, api, version, request, needs });
  };
  const ids = [orders, ghost];
  const partitionsOf = <T extends object>(partition: T) => BOTH.map((name) => ({ name, partitions: [partition] }));

  const records = batchOf(['a letter']);
  const transactional = batchOf(['a letter'], {
    producerId: 9999n,
    producerEpoch: 0,
    baseSequence: 0,
    isTransactional: true,
  });
  ask('Produce, topics by name', protocol.produce, 12, {
    ...{ transactionalId: null, acks: 1 },
    ...TIMEOUT,
    topicData: BOTH.map((name) => ({ name, partitionData: [{ index: 0, records }] })),
  });
  ask('Produce, topics by id', protocol.produce, 13, {
    ...{ transactionalId: null, acks: 1 },
    ...TIMEOUT,
    topicData: ids.map((topicId) => ({ topicId, partitionData: [{ index: 0, records }] })),
  });
  ask('Produce in a transaction', protocol.produce, 12, {
    ...{ transactionalId: 'tx-1', acks: -1 },
    ...TIMEOUT,
    topicData: [{ name: ORDERS, partitionData: [{ index: 0, records: transactional }] }],
  });
  const fetched = { partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 };
  const fetchRequest = { maxWaitMs: 0, minBytes: 0, forgottenTopicsData: [], replicaId: -1 };
  ask('Fetch, topics by name', protocol.fetch, 12, {
    ...fetchRequest,
    topics: BOTH.map((topic) => ({ topic, partitions: [fetched] })),
  });
  ask('Fetch, topics by id', protocol.fetch, 17, {
    ...fetchRequest,
    topics: ids.map((topicId) => ({ topicId, partitions: [fetched] })),
  });
  ask('Fetch, as another broker', protocol.fetch, 12, {
    ...{ ...fetchRequest, replicaId: 7 },
    topics: BOTH.map((topic) => ({ topic, partitions: [fetched] })),
  });
  ask('ListOffsets', protocol.listOffsets, 9, {
    ...{ replicaId: -1, isolationLevel: 0 },
    topics: partitionsOf({ partitionIndex: 0, timestamp: -1n }),
  });
  const seen = { allowAutoTopicCreation: false, includeTopicAuthorizedOperations: true };
  ask('Metadata, all topics', protocol.metadata, 12, { topics: null, ...seen });
  ask('Metadata, topics by name', protocol.metadata, 12, { topics: BOTH.map((name) => ({ name })), ...seen });
  ask('Metadata, topics by id', protocol.metadata, 12, {
    topics: ids.map((topicId) => ({ topicId, name: null })),
    ...seen,
  });
  ask('Metadata, with the operations on the cluster', protocol.metadata, 8, {
    ...{ topics: [], allowAutoTopicCreation: false },
    ...{ includeClusterAuthorizedOperations: true, includeTopicAuthorizedOperations: false },
  });
  const committed = { partitionIndex: 0, committedOffset: 1n, committedMetadata: null };
  ask('OffsetCommit, topics by name', protocol.offsetCommit, 9, {
    ...{ groupId: 'crew-simple', memberId: '' },
    topics: partitionsOf(committed),
  });
  ask('OffsetCommit, topics by id', protocol.offsetCommit, 10, {
    ...{ groupId: 'crew-simple', memberId: '' },
    topics: ids.map((topicId) => ({ topicId, partitions: [committed] })),
  });
  ask('OffsetFetch, topics by name', protocol.offsetFetch, 9, {
    groups: [{ groupId: 'crew-simple', topics: BOTH.map((name) => ({ name, partitionIndexes: [0] })) }],
  });
  ask('OffsetFetch, topics by id', protocol.offsetFetch, 10, {
    groups: [{ groupId: 'crew-simple', topics: ids.map((topicId) => ({ topicId, partitionIndexes: [0] })) }],
  });
  ask('OffsetFetch, all topics', protocol.offsetFetch, 9, { groups: [{ groupId: 'crew-simple', topics: null }] });
  ask('FindCoordinator of groups', protocol.findCoordinator, 5, {
    keyType: 0,
    coordinatorKeys: ['crew-simple', 'crew-ghost'],
  });
  ask('FindCoordinator of transactions', protocol.findCoordinator, 5, { keyType: 1, coordinatorKeys: ['tx-1'] });
  ask('FindCoordinator of share groups', protocol.findCoordinator, 6, {
    keyType: 2,
    coordinatorKeys: [`crew-share:${orders}:0`],
  });
  ask('JoinGroup', protocol.joinGroup, 9, {
    ...{ groupId: 'crew-classic', sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 10_000, memberId: '' },
    ...{ protocolType: 'consumer', protocols: [{ name: 'range', metadata: Buffer.alloc(0) }] },
  });
  ask('Heartbeat', protocol.heartbeat, 4, { groupId: 'crew-classic', generationId: 1, memberId: 'unknown' });
  ask('LeaveGroup', protocol.leaveGroup, 5, { groupId: 'crew-classic', members: [UNKNOWN_MEMBER] });
  ask('SyncGroup', protocol.syncGroup, 5, {
    ...{ groupId: 'crew-classic', generationId: 1, memberId: 'unknown', assignments: [] },
    ...{ protocolType: 'consumer', protocolName: 'range' },
  });
  const operations = { includeAuthorizedOperations: true };
  ask('DescribeGroups', protocol.describeGroups, 6, { groups: ['crew-simple', 'crew-ghost'], ...operations });
  ask('ListGroups', protocol.listGroups, 5, { statesFilter: [], typesFilter: [] });
  const newTopic = { numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] };
  ask('CreateTopics', protocol.createTopics, 7, {
    ...{ topics: [ORDERS, 'orders-new'].map((name) => ({ name, ...newTopic })) },
    ...{ ...TIMEOUT, validateOnly: true },
  });
  ask('DeleteTopics, by name', protocol.deleteTopics, 5, { topicNames: ['orders-victim', GHOST], ...TIMEOUT }, [
    'orders-victim',
  ]);
  ask('DeleteTopics, by id', protocol.deleteTopics, 6, { topics: [{ name: null, topicId: ghost }], ...TIMEOUT });
  ask('DeleteRecords', protocol.deleteRecords, 2, {
    topics: partitionsOf({ partitionIndex: 0, offset: 0n }),
    ...TIMEOUT,
  });
  ask('InitProducerId, idempotent', protocol.initProducerId, 5, { transactionalId: null, transactionTimeoutMs: 1000 });
  ask('InitProducerId, transactional', protocol.initProducerId, 5, {
    transactionalId: 'tx-2',
    transactionTimeoutMs: 1000,
  });
  ask('OffsetForLeaderEpoch', protocol.offsetForLeaderEpoch, 4, {
    ...{ replicaId: -1, topics: BOTH.map((topic) => ({ topic, partitions: [{ partition: 0, leaderEpoch: 0 }] })) },
  });
  ask('AddPartitionsToTxn', protocol.addPartitionsToTxn, 3, {
    ...{ v3AndBelowTransactionalId: TX.transactionalId, v3AndBelowProducerId: TX.producerId },
    ...{ v3AndBelowProducerEpoch: 0, v3AndBelowTopics: [{ name: ORDERS, partitions: [0] }] },
  });
  ask('AddPartitionsToTxn, of a broker', protocol.addPartitionsToTxn, 5, {
    transactions: [{ ...TX, verifyOnly: true, topics: [{ name: ORDERS, partitions: [0] }] }],
  });
  ask('AddOffsetsToTxn', protocol.addOffsetsToTxn, 4, { ...TX, groupId: 'crew-simple' });
  ask('EndTxn', protocol.endTxn, 4, { ...TX, committed: true });
  ask('WriteTxnMarkers', protocol.writeTxnMarkers, 1, { markers: [] });
  ask('TxnOffsetCommit', protocol.txnOffsetCommit, 4, {
    ...TX,
    groupId: 'crew-simple',
    topics: partitionsOf(committed),
  });
  const anyRule = {
    resourceTypeFilter: 1,
    resourceNameFilter: null,
    patternTypeFilter: 1,
    principalFilter: 'User:x',
    hostFilter: null,
  };
  ask('DescribeAcls', protocol.describeAcls, 3, { ...anyRule, operation: 1, permissionType: 1 });
  const rule = { resourceType: 2, resourceName: 'other', resourcePatternType: 3, principal: 'User:x', host: '*' };
  ask('CreateAcls', protocol.createAcls, 3, { creations: [{ ...rule, operation: 3, permissionType: 3 }] });
  ask('DeleteAcls', protocol.deleteAcls, 3, {
    filters: [{ ...anyRule, resourceNameFilter: 'nothing', operation: 1, permissionType: 1 }],
  });
  const resources = [
    { resourceType: 2, resourceName: ORDERS },
    { resourceType: 2, resourceName: GHOST },
    { resourceType: 4, resourceName: '1' },
    { resourceType: 4, resourceName: '' },
    { resourceType: 8, resourceName: '1' },
    { resourceType: 16, resourceName: 'watch' },
    { resourceType: 32, resourceName: 'crew-simple' },
  ];
  ask('DescribeConfigs', protocol.describeConfigs, 4, {
    resources: resources.map((resource) => ({ ...resource, configurationKeys: ['retention.ms'] })),
  });
  const withoutLoggers = resources.filter(({ resourceType }) => resourceType !== 8);
  ask('AlterConfigs', protocol.alterConfigs, 2, {
    ...{ resources: withoutLoggers.map((resource) => ({ ...resource, configs: [] })), validateOnly: true },
  });
  ask('IncrementalAlterConfigs', protocol.incrementalAlterConfigs, 1, {
    ...{ resources: resources.map((resource) => ({ ...resource, configs: [] })), validateOnly: true },
  });
  ask('AlterReplicaLogDirs', protocol.alterReplicaLogDirs, 2, {
    dirs: [{ path: '/nowhere', topics: [{ name: ORDERS, partitions: [0] }] }],
  });
  ask('DescribeLogDirs', protocol.describeLogDirs, 4, { topics: [{ topic: ORDERS, partitions: [0] }] });
  ask('CreatePartitions', protocol.createPartitions, 3, {
    ...{ topics: BOTH.map((name) => ({ name, count: 2, assignments: null })), ...TIMEOUT, validateOnly: true },
  });
  ask('DescribeDelegationToken', protocol.describeDelegationToken, 3, { owners: null });
  const token = { renewers: [], maxLifetimeMs: -1n };
  ask('CreateDelegationToken, own', protocol.createDelegationToken, 3, {
    ...token,
    ownerPrincipalType: null,
    ownerPrincipalName: null,
  });
  ask('CreateDelegationToken, of another', protocol.createDelegationToken, 3, {
    ...{ ...token, ownerPrincipalType: 'User', ownerPrincipalName: 'other' },
  });
  ask('RenewDelegationToken', protocol.renewDelegationToken, 2, { hmac: Buffer.alloc(8), renewPeriodMs: -1n });
  ask('ExpireDelegationToken', protocol.expireDelegationToken, 2, { hmac: Buffer.alloc(8), expiryTimePeriodMs: -1n });
  ask('DeleteGroups', protocol.deleteGroups, 2, { groupsNames: ['crew-ghost'] });
  ask('ElectLeaders', protocol.electLeaders, 2, {
    electionType: 0,
    topicPartitions: [{ topic: ORDERS, partitions: [0] }],
    ...TIMEOUT,
  });
  ask('AlterPartitionReassignments', protocol.alterPartitionReassignments, 0, {
    ...{ topics: [{ name: ORDERS, partitions: [{ partitionIndex: 0, replicas: null }] }], ...TIMEOUT },
  });
  ask('ListPartitionReassignments', protocol.listPartitionReassignments, 0, { topics: null, ...TIMEOUT });
  ask('OffsetDelete', protocol.offsetDelete, 0, {
    groupId: 'crew-simple',
    topics: partitionsOf({ partitionIndex: 1 }),
  });
  ask('DescribeClientQuotas', protocol.describeClientQuotas, 1, { components: [], strict: false });
  ask('AlterClientQuotas', protocol.alterClientQuotas, 1, {
    entries: [
      {
        entity: [{ entityType: 'user', entityName: 'x' }],
        ops: [{ key: 'producer_byte_rate', value: 1000, remove: false }],
      },
    ],
    validateOnly: true,
  });
  ask('DescribeUserScramCredentials', protocol.describeUserScramCredentials, 0, { users: [{ name: 'x' }] });
  ask('AlterUserScramCredentials', protocol.alterUserScramCredentials, 0, {
    ...{ deletions: [{ name: 'x', mechanism: 1 }], upsertions: [] },
  });
  ask('DescribeQuorum', protocol.describeQuorum, 1, {
    topics: [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }],
  });
  ask('UpdateFeatures', protocol.updateFeatures, 1, {
    ...{ featureUpdates: [{ feature: 'unknown', maxVersionLevel: 1 }], ...TIMEOUT, validateOnly: true },
  });
  ask('DescribeCluster', protocol.describeCluster, 1, { includeClusterAuthorizedOperations: true });
  ask('DescribeProducers', protocol.describeProducers, 0, {
    topics: BOTH.map((name) => ({ name, partitionIndexes: [0] })),
  });
  ask('DescribeTopicPartitions, all topics', protocol.describeTopicPartitions, 0, { topics: [], cursor: null });
  ask('UnregisterBroker', protocol.unregisterBroker, 0, { brokerId: 99 });
  ask('DescribeTransactions', protocol.describeTransactions, 0, { transactionalIds: ['tx-2', 'tx-ghost'] });
  ask('ListTransactions', protocol.listTransactions, 1, { stateFilters: [], producerIdFilters: [] });
  ask('ListConfigResources', protocol.listConfigResources, 1, { resourceTypes: [16] });
  ask('DescribeTopicPartitions', protocol.describeTopicPartitions, 0, {
    topics: BOTH.map((name) => ({ name })),
    cursor: null,
  });
  ask('AddRaftVoter', protocol.addRaftVoter, 0, {
    ...{ clusterId: 'other', voterId: 99, voterDirectoryId: ghost, ...TIMEOUT },
    listeners: [{ name: 'CONTROLLER', host: 'localhost', port: 1 }],
  });
  ask('RemoveRaftVoter', protocol.removeRaftVoter, 0, { clusterId: 'other', voterId: 99, voterDirectoryId: ghost });
  const subscribing = { clientInstanceId: protocol.ZERO_UUID };
  ask('GetTelemetrySubscriptions', protocol.getTelemetrySubscriptions, 0, subscribing);
  ask('PushTelemetry', protocol.pushTelemetry, 0, {
    ...{ ...subscribing, subscriptionId: 0, terminating: false, compressionType: 0, metrics: Buffer.alloc(0) },
  });
  const marker = { producerId: 9999n, producerEpoch: 0, transactionResult: false, coordinatorEpoch: 0 };
  ask('WriteTxnMarkers, with topics', protocol.writeTxnMarkers, 1, {
    markers: [{ ...marker, topics: BOTH.map((name) => ({ name, partitionIndexes: [0] })) }],
  });
  return [...list, ...groupCases({ orders, ghost })];
}
