// All APIs of Apache Kafka 4.3, by key. To add one: its file, and a line in each of the three lists here.

import { produce } from './00-produce.ts';
import { fetch } from './01-fetch.ts';
import { listOffsets } from './02-list-offsets.ts';
import { metadata } from './03-metadata.ts';
import { offsetCommit } from './08-offset-commit.ts';
import { offsetFetch } from './09-offset-fetch.ts';
import { findCoordinator } from './10-find-coordinator.ts';
import { joinGroup } from './11-join-group.ts';
import { heartbeat } from './12-heartbeat.ts';
import { leaveGroup } from './13-leave-group.ts';
import { syncGroup } from './14-sync-group.ts';
import { describeGroups } from './15-describe-groups.ts';
import { listGroups } from './16-list-groups.ts';
import { saslHandshake } from './17-sasl-handshake.ts';
import { apiVersions } from './18-api-versions.ts';
import { createTopics } from './19-create-topics.ts';
import { deleteTopics } from './20-delete-topics.ts';
import { deleteRecords } from './21-delete-records.ts';
import { initProducerId } from './22-init-producer-id.ts';
import { offsetForLeaderEpoch } from './23-offset-for-leader-epoch.ts';
import { addPartitionsToTxn } from './24-add-partitions-to-txn.ts';
import { addOffsetsToTxn } from './25-add-offsets-to-txn.ts';
import { endTxn } from './26-end-txn.ts';
import { writeTxnMarkers } from './27-write-txn-markers.ts';
import { txnOffsetCommit } from './28-txn-offset-commit.ts';
import { describeAcls } from './29-describe-acls.ts';
import { createAcls } from './30-create-acls.ts';
import { deleteAcls } from './31-delete-acls.ts';
import { describeConfigs } from './32-describe-configs.ts';
import { alterConfigs } from './33-alter-configs.ts';
import { alterReplicaLogDirs } from './34-alter-replica-log-dirs.ts';
import { describeLogDirs } from './35-describe-log-dirs.ts';
import { saslAuthenticate } from './36-sasl-authenticate.ts';
import { createPartitions } from './37-create-partitions.ts';
import { createDelegationToken } from './38-create-delegation-token.ts';
import { renewDelegationToken } from './39-renew-delegation-token.ts';
import { expireDelegationToken } from './40-expire-delegation-token.ts';
import { describeDelegationToken } from './41-describe-delegation-token.ts';
import { deleteGroups } from './42-delete-groups.ts';
import { electLeaders } from './43-elect-leaders.ts';
import { incrementalAlterConfigs } from './44-incremental-alter-configs.ts';
import { alterPartitionReassignments } from './45-alter-partition-reassignments.ts';
import { listPartitionReassignments } from './46-list-partition-reassignments.ts';
import { offsetDelete } from './47-offset-delete.ts';
import { describeClientQuotas } from './48-describe-client-quotas.ts';
import { alterClientQuotas } from './49-alter-client-quotas.ts';
import { describeUserScramCredentials } from './50-describe-user-scram-credentials.ts';
import { alterUserScramCredentials } from './51-alter-user-scram-credentials.ts';
import { vote } from './52-vote.ts';
import { beginQuorumEpoch } from './53-begin-quorum-epoch.ts';
import { endQuorumEpoch } from './54-end-quorum-epoch.ts';
import { describeQuorum } from './55-describe-quorum.ts';
import { alterPartition } from './56-alter-partition.ts';
import { updateFeatures } from './57-update-features.ts';
import { envelope } from './58-envelope.ts';
import { fetchSnapshot } from './59-fetch-snapshot.ts';
import { describeCluster } from './60-describe-cluster.ts';
import { describeProducers } from './61-describe-producers.ts';
import { brokerRegistration } from './62-broker-registration.ts';
import { brokerHeartbeat } from './63-broker-heartbeat.ts';
import { unregisterBroker } from './64-unregister-broker.ts';
import { describeTransactions } from './65-describe-transactions.ts';
import { listTransactions } from './66-list-transactions.ts';
import { allocateProducerIds } from './67-allocate-producer-ids.ts';
import { consumerGroupHeartbeat } from './68-consumer-group-heartbeat.ts';
import { consumerGroupDescribe } from './69-consumer-group-describe.ts';
import { controllerRegistration } from './70-controller-registration.ts';
import { getTelemetrySubscriptions } from './71-get-telemetry-subscriptions.ts';
import { pushTelemetry } from './72-push-telemetry.ts';
import { assignReplicasToDirs } from './73-assign-replicas-to-dirs.ts';
import { listConfigResources } from './74-list-config-resources.ts';
import { describeTopicPartitions } from './75-describe-topic-partitions.ts';
import { shareGroupHeartbeat } from './76-share-group-heartbeat.ts';
import { shareGroupDescribe } from './77-share-group-describe.ts';
import { shareFetch } from './78-share-fetch.ts';
import { shareAcknowledge } from './79-share-acknowledge.ts';
import { addRaftVoter } from './80-add-raft-voter.ts';
import { removeRaftVoter } from './81-remove-raft-voter.ts';
import { updateRaftVoter } from './82-update-raft-voter.ts';
import { initializeShareGroupState } from './83-initialize-share-group-state.ts';
import { readShareGroupState } from './84-read-share-group-state.ts';
import { writeShareGroupState } from './85-write-share-group-state.ts';
import { deleteShareGroupState } from './86-delete-share-group-state.ts';
import { readShareGroupStateSummary } from './87-read-share-group-state-summary.ts';
import { streamsGroupHeartbeat } from './88-streams-group-heartbeat.ts';
import { streamsGroupDescribe } from './89-streams-group-describe.ts';
import { describeShareGroupOffsets } from './90-describe-share-group-offsets.ts';
import { alterShareGroupOffsets } from './91-alter-share-group-offsets.ts';
import { deleteShareGroupOffsets } from './92-delete-share-group-offsets.ts';

/** Every API by its key. */
export const APIS = {
  0: produce,
  1: fetch,
  2: listOffsets,
  3: metadata,
  8: offsetCommit,
  9: offsetFetch,
  10: findCoordinator,
  11: joinGroup,
  12: heartbeat,
  13: leaveGroup,
  14: syncGroup,
  15: describeGroups,
  16: listGroups,
  17: saslHandshake,
  18: apiVersions,
  19: createTopics,
  20: deleteTopics,
  21: deleteRecords,
  22: initProducerId,
  23: offsetForLeaderEpoch,
  24: addPartitionsToTxn,
  25: addOffsetsToTxn,
  26: endTxn,
  27: writeTxnMarkers,
  28: txnOffsetCommit,
  29: describeAcls,
  30: createAcls,
  31: deleteAcls,
  32: describeConfigs,
  33: alterConfigs,
  34: alterReplicaLogDirs,
  35: describeLogDirs,
  36: saslAuthenticate,
  37: createPartitions,
  38: createDelegationToken,
  39: renewDelegationToken,
  40: expireDelegationToken,
  41: describeDelegationToken,
  42: deleteGroups,
  43: electLeaders,
  44: incrementalAlterConfigs,
  45: alterPartitionReassignments,
  46: listPartitionReassignments,
  47: offsetDelete,
  48: describeClientQuotas,
  49: alterClientQuotas,
  50: describeUserScramCredentials,
  51: alterUserScramCredentials,
  52: vote,
  53: beginQuorumEpoch,
  54: endQuorumEpoch,
  55: describeQuorum,
  56: alterPartition,
  57: updateFeatures,
  58: envelope,
  59: fetchSnapshot,
  60: describeCluster,
  61: describeProducers,
  62: brokerRegistration,
  63: brokerHeartbeat,
  64: unregisterBroker,
  65: describeTransactions,
  66: listTransactions,
  67: allocateProducerIds,
  68: consumerGroupHeartbeat,
  69: consumerGroupDescribe,
  70: controllerRegistration,
  71: getTelemetrySubscriptions,
  72: pushTelemetry,
  73: assignReplicasToDirs,
  74: listConfigResources,
  75: describeTopicPartitions,
  76: shareGroupHeartbeat,
  77: shareGroupDescribe,
  78: shareFetch,
  79: shareAcknowledge,
  80: addRaftVoter,
  81: removeRaftVoter,
  82: updateRaftVoter,
  83: initializeShareGroupState,
  84: readShareGroupState,
  85: writeShareGroupState,
  86: deleteShareGroupState,
  87: readShareGroupStateSummary,
  88: streamsGroupHeartbeat,
  89: streamsGroupDescribe,
  90: describeShareGroupOffsets,
  91: alterShareGroupOffsets,
  92: deleteShareGroupOffsets,
} as const;

/** The key of an API that exists. */
export type ApiKey = keyof typeof APIS;

export * from './00-produce.ts';
export * from './01-fetch.ts';
export * from './02-list-offsets.ts';
export * from './03-metadata.ts';
export * from './08-offset-commit.ts';
export * from './09-offset-fetch.ts';
export * from './10-find-coordinator.ts';
export * from './11-join-group.ts';
export * from './12-heartbeat.ts';
export * from './13-leave-group.ts';
export * from './14-sync-group.ts';
export * from './15-describe-groups.ts';
export * from './16-list-groups.ts';
export * from './17-sasl-handshake.ts';
export * from './18-api-versions.ts';
export * from './19-create-topics.ts';
export * from './20-delete-topics.ts';
export * from './21-delete-records.ts';
export * from './22-init-producer-id.ts';
export * from './23-offset-for-leader-epoch.ts';
export * from './24-add-partitions-to-txn.ts';
export * from './25-add-offsets-to-txn.ts';
export * from './26-end-txn.ts';
export * from './27-write-txn-markers.ts';
export * from './28-txn-offset-commit.ts';
export * from './29-describe-acls.ts';
export * from './30-create-acls.ts';
export * from './31-delete-acls.ts';
export * from './32-describe-configs.ts';
export * from './33-alter-configs.ts';
export * from './34-alter-replica-log-dirs.ts';
export * from './35-describe-log-dirs.ts';
export * from './36-sasl-authenticate.ts';
export * from './37-create-partitions.ts';
export * from './38-create-delegation-token.ts';
export * from './39-renew-delegation-token.ts';
export * from './40-expire-delegation-token.ts';
export * from './41-describe-delegation-token.ts';
export * from './42-delete-groups.ts';
export * from './43-elect-leaders.ts';
export * from './44-incremental-alter-configs.ts';
export * from './45-alter-partition-reassignments.ts';
export * from './46-list-partition-reassignments.ts';
export * from './47-offset-delete.ts';
export * from './48-describe-client-quotas.ts';
export * from './49-alter-client-quotas.ts';
export * from './50-describe-user-scram-credentials.ts';
export * from './51-alter-user-scram-credentials.ts';
export * from './52-vote.ts';
export * from './53-begin-quorum-epoch.ts';
export * from './54-end-quorum-epoch.ts';
export * from './55-describe-quorum.ts';
export * from './56-alter-partition.ts';
export * from './57-update-features.ts';
export * from './58-envelope.ts';
export * from './59-fetch-snapshot.ts';
export * from './60-describe-cluster.ts';
export * from './61-describe-producers.ts';
export * from './62-broker-registration.ts';
export * from './63-broker-heartbeat.ts';
export * from './64-unregister-broker.ts';
export * from './65-describe-transactions.ts';
export * from './66-list-transactions.ts';
export * from './67-allocate-producer-ids.ts';
export * from './68-consumer-group-heartbeat.ts';
export * from './69-consumer-group-describe.ts';
export * from './70-controller-registration.ts';
export * from './71-get-telemetry-subscriptions.ts';
export * from './72-push-telemetry.ts';
export * from './73-assign-replicas-to-dirs.ts';
export * from './74-list-config-resources.ts';
export * from './75-describe-topic-partitions.ts';
export * from './76-share-group-heartbeat.ts';
export * from './77-share-group-describe.ts';
export * from './78-share-fetch.ts';
export * from './79-share-acknowledge.ts';
export * from './80-add-raft-voter.ts';
export * from './81-remove-raft-voter.ts';
export * from './82-update-raft-voter.ts';
export * from './83-initialize-share-group-state.ts';
export * from './84-read-share-group-state.ts';
export * from './85-write-share-group-state.ts';
export * from './86-delete-share-group-state.ts';
export * from './87-read-share-group-state-summary.ts';
export * from './88-streams-group-heartbeat.ts';
export * from './89-streams-group-describe.ts';
export * from './90-describe-share-group-offsets.ts';
export * from './91-alter-share-group-offsets.ts';
export * from './92-delete-share-group-offsets.ts';
