// What must be true of a StreamsGroupHeartbeat whatever the group.

import { KafkaError, type StreamsGroupHeartbeatRequest } from '../../../protocol/index.ts';
import { LEAVE_STATIC_EPOCH } from './streams-member.ts';
import { validateTopology } from './topology.ts';

/** Throws INVALID_REQUEST, STREAMS_INVALID_TOPOLOGY. */
export function validateStreamsHeartbeat(request: StreamsGroupHeartbeatRequest): void {
  const { memberEpoch, topology, activeTasks, standbyTasks, warmupTasks } = request;
  // The protocol has them; Apache Kafka 4.3 does not serve them either.
  require(request.instanceId === null, 'Static membership is not yet supported.');
  require(request.taskOffsets === null, 'TaskOffsets are not supported yet.');
  require(request.taskEndOffsets === null, 'TaskEndOffsets are not supported yet.');
  require(warmupTasks === null || warmupTasks.length === 0, 'WarmupTasks are not supported yet.');
  const hasRegex = topology?.subtopologies.some(({ sourceTopicRegex }) => sourceTopicRegex.length > 0);
  require(hasRegex !== true, 'Regular expressions for source topics are not supported yet.');

  require(request.memberId.trim() !== '', "MemberId can't be empty.");
  require(request.groupId.trim() !== '', "GroupId can't be empty.");
  require(request.rackId === null || request.rackId.trim() !== '', "RackId can't be empty.");
  if (memberEpoch === 0) {
    require(request.rebalanceTimeoutMs !== -1, 'RebalanceTimeoutMs must be provided in first request.');
    for (const [name, tasks] of Object.entries({ activeTasks, standbyTasks, warmupTasks }))
      require(tasks === null || tasks.length === 0, `${name} must be empty when (re-)joining.`);
    if (topology === null) throw invalid('Topology must be non-null when (re-)joining.');
    validateTopology(topology);
  } else {
    require(memberEpoch !== LEAVE_STATIC_EPOCH, "InstanceId can't be null.");
    require(memberEpoch > LEAVE_STATIC_EPOCH, `MemberEpoch is ${memberEpoch}, but must be at least -2.`);
    require(topology === null, 'Topology can only be provided when (re-)joining.');
  }
  const told = [activeTasks, standbyTasks, warmupTasks].filter((tasks) => tasks !== null);
  require(told.length === 0 || told.length === 3, 'If one task-type is non-null, all must be non-null.');
}

function require(isTrue: boolean, message: string): void {
  if (!isTrue) throw invalid(message);
}

function invalid(message: string): KafkaError {
  return new KafkaError('INVALID_REQUEST', message);
}
