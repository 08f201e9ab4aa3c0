// Every API that this broker serves, one line each.

import type { APIS, Api } from '../../protocol/index.ts';
import type { Handler } from '../handler.ts';
import { produceHandler } from './00-produce.ts';
import { fetchHandler } from './01-fetch.ts';
import { listOffsetsHandler } from './02-list-offsets.ts';
import { metadataHandler } from './03-metadata.ts';
import { offsetCommitHandler } from './08-offset-commit.ts';
import { offsetFetchHandler } from './09-offset-fetch.ts';
import { findCoordinatorHandler } from './10-find-coordinator.ts';
import { joinGroupHandler } from './11-join-group.ts';
import { heartbeatHandler } from './12-heartbeat.ts';
import { leaveGroupHandler } from './13-leave-group.ts';
import { syncGroupHandler } from './14-sync-group.ts';
import { describeGroupsHandler } from './15-describe-groups.ts';
import { listGroupsHandler } from './16-list-groups.ts';
import { saslHandshakeHandler } from './17-sasl-handshake.ts';
import { apiVersionsHandler } from './18-api-versions.ts';
import { createTopicsHandler } from './19-create-topics.ts';
import { deleteTopicsHandler } from './20-delete-topics.ts';
import { deleteRecordsHandler } from './21-delete-records.ts';
import { initProducerIdHandler } from './22-init-producer-id.ts';
import { offsetForLeaderEpochHandler } from './23-offset-for-leader-epoch.ts';
import { addPartitionsToTxnHandler } from './24-add-partitions-to-txn.ts';
import { addOffsetsToTxnHandler } from './25-add-offsets-to-txn.ts';
import { endTxnHandler } from './26-end-txn.ts';
import { writeTxnMarkersHandler } from './27-write-txn-markers.ts';
import { txnOffsetCommitHandler } from './28-txn-offset-commit.ts';
import { describeAclsHandler } from './29-describe-acls.ts';
import { createAclsHandler } from './30-create-acls.ts';
import { deleteAclsHandler } from './31-delete-acls.ts';
import { describeConfigsHandler } from './32-describe-configs.ts';
import { alterConfigsHandler } from './33-alter-configs.ts';
import { alterReplicaLogDirsHandler } from './34-alter-replica-log-dirs.ts';
import { describeLogDirsHandler } from './35-describe-log-dirs.ts';
import { saslAuthenticateHandler } from './36-sasl-authenticate.ts';
import { createPartitionsHandler } from './37-create-partitions.ts';
import { createDelegationTokenHandler } from './38-create-delegation-token.ts';
import { renewDelegationTokenHandler } from './39-renew-delegation-token.ts';
import { expireDelegationTokenHandler } from './40-expire-delegation-token.ts';
import { describeDelegationTokenHandler } from './41-describe-delegation-token.ts';
import { deleteGroupsHandler } from './42-delete-groups.ts';
import { electLeadersHandler } from './43-elect-leaders.ts';
import { incrementalAlterConfigsHandler } from './44-incremental-alter-configs.ts';
import { alterPartitionReassignmentsHandler } from './45-alter-partition-reassignments.ts';
import { listPartitionReassignmentsHandler } from './46-list-partition-reassignments.ts';
import { offsetDeleteHandler } from './47-offset-delete.ts';
import { describeClientQuotasHandler } from './48-describe-client-quotas.ts';
import { alterClientQuotasHandler } from './49-alter-client-quotas.ts';
import { describeUserScramCredentialsHandler } from './50-describe-user-scram-credentials.ts';
import { alterUserScramCredentialsHandler } from './51-alter-user-scram-credentials.ts';
import { describeQuorumHandler } from './55-describe-quorum.ts';
import { updateFeaturesHandler } from './57-update-features.ts';
import { describeClusterHandler } from './60-describe-cluster.ts';
import { describeProducersHandler } from './61-describe-producers.ts';
import { unregisterBrokerHandler } from './64-unregister-broker.ts';
import { describeTransactionsHandler } from './65-describe-transactions.ts';
import { listTransactionsHandler } from './66-list-transactions.ts';
import { consumerGroupHeartbeatHandler } from './68-consumer-group-heartbeat.ts';
import { consumerGroupDescribeHandler } from './69-consumer-group-describe.ts';
import { getTelemetrySubscriptionsHandler } from './71-get-telemetry-subscriptions.ts';
import { pushTelemetryHandler } from './72-push-telemetry.ts';
import { listConfigResourcesHandler } from './74-list-config-resources.ts';
import { describeTopicPartitionsHandler } from './75-describe-topic-partitions.ts';
import { shareGroupHeartbeatHandler } from './76-share-group-heartbeat.ts';
import { shareGroupDescribeHandler } from './77-share-group-describe.ts';
import { shareFetchHandler } from './78-share-fetch.ts';
import { shareAcknowledgeHandler } from './79-share-acknowledge.ts';
import { addRaftVoterHandler } from './80-add-raft-voter.ts';
import { removeRaftVoterHandler } from './81-remove-raft-voter.ts';
import { initializeShareGroupStateHandler } from './83-initialize-share-group-state.ts';
import { readShareGroupStateHandler } from './84-read-share-group-state.ts';
import { writeShareGroupStateHandler } from './85-write-share-group-state.ts';
import { deleteShareGroupStateHandler } from './86-delete-share-group-state.ts';
import { readShareGroupStateSummaryHandler } from './87-read-share-group-state-summary.ts';
import { streamsGroupHeartbeatHandler } from './88-streams-group-heartbeat.ts';
import { streamsGroupDescribeHandler } from './89-streams-group-describe.ts';
import { describeShareGroupOffsetsHandler } from './90-describe-share-group-offsets.ts';
import { alterShareGroupOffsetsHandler } from './91-alter-share-group-offsets.ts';
import { deleteShareGroupOffsetsHandler } from './92-delete-share-group-offsets.ts';

/** The keys of the APIs that are served. Adding one here without a handler below does not compile. */
type ServedKey =
  | 0
  | 1
  | 2
  | 3
  | 8
  | 9
  | 10
  | 11
  | 12
  | 13
  | 14
  | 15
  | 16
  | 17
  | 18
  | 19
  | 20
  | 21
  | 22
  | 23
  | 24
  | 25
  | 26
  | 27
  | 28
  | 29
  | 30
  | 31
  | 32
  | 33
  | 34
  | 35
  | 36
  | 37
  | 38
  | 39
  | 40
  | 41
  | 42
  | 43
  | 44
  | 45
  | 46
  | 47
  | 48
  | 49
  | 50
  | 51
  | 55
  | 57
  | 60
  | 61
  | 64
  | 65
  | 66
  | 68
  | 69
  | 71
  | 72
  | 74
  | 75
  | 76
  | 77
  | 78
  | 79
  | 80
  | 81
  | 83
  | 84
  | 85
  | 86
  | 87
  | 88
  | 89
  | 90
  | 91
  | 92;

export const HANDLERS: { readonly [Key in ServedKey]: Handler<(typeof APIS)[Key]> } = {
  0: produceHandler,
  1: fetchHandler,
  2: listOffsetsHandler,
  3: metadataHandler,
  8: offsetCommitHandler,
  9: offsetFetchHandler,
  10: findCoordinatorHandler,
  11: joinGroupHandler,
  12: heartbeatHandler,
  13: leaveGroupHandler,
  14: syncGroupHandler,
  15: describeGroupsHandler,
  16: listGroupsHandler,
  17: saslHandshakeHandler,
  18: apiVersionsHandler,
  19: createTopicsHandler,
  20: deleteTopicsHandler,
  21: deleteRecordsHandler,
  22: initProducerIdHandler,
  23: offsetForLeaderEpochHandler,
  24: addPartitionsToTxnHandler,
  25: addOffsetsToTxnHandler,
  26: endTxnHandler,
  27: writeTxnMarkersHandler,
  28: txnOffsetCommitHandler,
  29: describeAclsHandler,
  30: createAclsHandler,
  31: deleteAclsHandler,
  32: describeConfigsHandler,
  33: alterConfigsHandler,
  34: alterReplicaLogDirsHandler,
  35: describeLogDirsHandler,
  36: saslAuthenticateHandler,
  37: createPartitionsHandler,
  38: createDelegationTokenHandler,
  39: renewDelegationTokenHandler,
  40: expireDelegationTokenHandler,
  41: describeDelegationTokenHandler,
  42: deleteGroupsHandler,
  43: electLeadersHandler,
  44: incrementalAlterConfigsHandler,
  45: alterPartitionReassignmentsHandler,
  46: listPartitionReassignmentsHandler,
  47: offsetDeleteHandler,
  48: describeClientQuotasHandler,
  49: alterClientQuotasHandler,
  50: describeUserScramCredentialsHandler,
  51: alterUserScramCredentialsHandler,
  55: describeQuorumHandler,
  57: updateFeaturesHandler,
  60: describeClusterHandler,
  61: describeProducersHandler,
  64: unregisterBrokerHandler,
  65: describeTransactionsHandler,
  66: listTransactionsHandler,
  68: consumerGroupHeartbeatHandler,
  69: consumerGroupDescribeHandler,
  71: getTelemetrySubscriptionsHandler,
  72: pushTelemetryHandler,
  74: listConfigResourcesHandler,
  75: describeTopicPartitionsHandler,
  76: shareGroupHeartbeatHandler,
  77: shareGroupDescribeHandler,
  78: shareFetchHandler,
  79: shareAcknowledgeHandler,
  80: addRaftVoterHandler,
  81: removeRaftVoterHandler,
  88: streamsGroupHeartbeatHandler,
  89: streamsGroupDescribeHandler,
  83: initializeShareGroupStateHandler,
  84: readShareGroupStateHandler,
  85: writeShareGroupStateHandler,
  86: deleteShareGroupStateHandler,
  87: readShareGroupStateSummaryHandler,
  90: describeShareGroupOffsetsHandler,
  91: alterShareGroupOffsetsHandler,
  92: deleteShareGroupOffsetsHandler,
};

/** What clients are told of. As with Apache Kafka, they push metrics only where somebody reads them (KIP-714). */
export function advertisedApis(readsTelemetry: boolean): readonly Api[] {
  const apis: readonly Api[] = Object.values(HANDLERS).map(({ api }) => api);
  return readsTelemetry
    ? apis
    : apis.filter(
        ({ key }) => key !== getTelemetrySubscriptionsHandler.api.key && key !== pushTelemetryHandler.api.key,
      );
}
