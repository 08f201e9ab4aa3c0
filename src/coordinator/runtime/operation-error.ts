// Which error a client is told when an operation of a coordinator failed. Errors of the log below mean something else to clients,
// who would look for their topic's leader instead of the coordinator.

import { type ErrorName, KafkaError } from '../../protocol/index.ts';

/** Apache Kafka's translation. */
export function operationError(error: unknown): ErrorName {
  if (!(error instanceof KafkaError)) return 'UNKNOWN_SERVER_ERROR';
  switch (error.code) {
    case 'NETWORK_EXCEPTION':
      return 'COORDINATOR_LOAD_IN_PROGRESS';
    case 'UNKNOWN_TOPIC_OR_PARTITION':
    case 'NOT_ENOUGH_REPLICAS':
    case 'REQUEST_TIMED_OUT':
      return 'COORDINATOR_NOT_AVAILABLE';
    case 'NOT_LEADER_OR_FOLLOWER':
    case 'KAFKA_STORAGE_ERROR':
      return 'NOT_COORDINATOR';
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
    case 'INVALID_FETCH_SIZE':
      return 'UNKNOWN_SERVER_ERROR';
    default:
      return error.code;
  }
}
