// Every API that this broker serves, one line each.

import type { APIS } from '../../protocol/index.ts';
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
import { apiVersionsHandler } from './18-api-versions.ts';
import { createTopicsHandler } from './19-create-topics.ts';
import { deleteTopicsHandler } from './20-delete-topics.ts';
import { deleteRecordsHandler } from './21-delete-records.ts';
import { initProducerIdHandler } from './22-init-producer-id.ts';
import { offsetForLeaderEpochHandler } from './23-offset-for-leader-epoch.ts';
import { describeConfigsHandler } from './32-describe-configs.ts';
import { alterConfigsHandler } from './33-alter-configs.ts';
import { createPartitionsHandler } from './37-create-partitions.ts';
import { deleteGroupsHandler } from './42-delete-groups.ts';
import { electLeadersHandler } from './43-elect-leaders.ts';
import { incrementalAlterConfigsHandler } from './44-incremental-alter-configs.ts';
import { offsetDeleteHandler } from './47-offset-delete.ts';
import { describeClusterHandler } from './60-describe-cluster.ts';
import { describeTopicPartitionsHandler } from './75-describe-topic-partitions.ts';

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
  | 18
  | 19
  | 20
  | 21
  | 22
  | 23
  | 32
  | 33
  | 37
  | 42
  | 43
  | 44
  | 47
  | 60
  | 75;

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
  18: apiVersionsHandler,
  19: createTopicsHandler,
  20: deleteTopicsHandler,
  21: deleteRecordsHandler,
  22: initProducerIdHandler,
  23: offsetForLeaderEpochHandler,
  32: describeConfigsHandler,
  33: alterConfigsHandler,
  37: createPartitionsHandler,
  42: deleteGroupsHandler,
  43: electLeadersHandler,
  44: incrementalAlterConfigsHandler,
  47: offsetDeleteHandler,
  60: describeClusterHandler,
  75: describeTopicPartitionsHandler,
};
