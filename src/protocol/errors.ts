// The one table of Kafka's error codes, and the error that code throws to answer with one of them.
// Retriable: the same request may succeed later or elsewhere, as Apache Kafka's clients see it.

interface ErrorEntry {
  readonly code: number;
  readonly retriable: boolean;
  readonly message: string;
}

export type ErrorName = keyof typeof ERRORS;

/** A failure that has a place in the protocol. One place of the broker turns it into the API's response. */
export class KafkaError extends Error {
  override readonly name = 'KafkaError';
  /** The name in the table, e.g. `UNKNOWN_TOPIC_OR_PARTITION`. */
  readonly code: ErrorName;

  constructor(code: ErrorName, message: string = ERRORS[code].message, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** The number that goes on the wire. */
  get errorCode(): number {
    return ERRORS[this.code].code;
  }

  get retriable(): boolean {
    return ERRORS[this.code].retriable;
  }

  /** For an error code that came over the wire; a code that nobody knows counts as UNKNOWN_SERVER_ERROR. */
  static fromCode(errorCode: number, message?: string | null): KafkaError {
    const name = errorName(errorCode);
    if (name !== undefined) return new KafkaError(name, message ?? ERRORS[name].message);
    return new KafkaError(
      'UNKNOWN_SERVER_ERROR',
      message ?? `The server answered with the unknown error code ${errorCode}`,
    );
  }
}

export function errorCode(name: ErrorName): number {
  return ERRORS[name].code;
}

export function errorName(code: number): ErrorName | undefined {
  return NAMES_BY_CODE.get(code);
}

export const ERRORS = {
  UNKNOWN_SERVER_ERROR: final(-1, 'The server failed in a way that it did not expect'),
  NONE: final(0, 'No error'),
  OFFSET_OUT_OF_RANGE: final(1, 'The offset lies before the start or after the end of the log'),
  CORRUPT_MESSAGE: retriable(2, 'A record batch is damaged: its CRC, size or form is wrong'),
  UNKNOWN_TOPIC_OR_PARTITION: retriable(3, 'There is no such topic or partition here'),
  INVALID_FETCH_SIZE: final(4, 'The fetch size is not allowed'),
  LEADER_NOT_AVAILABLE: retriable(5, 'The partition has no leader at the moment'),
  NOT_LEADER_OR_FOLLOWER: retriable(6, 'This broker is not the leader, or not a replica, of the partition'),
  REQUEST_TIMED_OUT: retriable(7, 'The request was not completed in its time'),
  BROKER_NOT_AVAILABLE: final(8, 'The broker is not available'),
  REPLICA_NOT_AVAILABLE: retriable(9, 'The replica is not available'),
  MESSAGE_TOO_LARGE: final(10, 'A record batch is larger than the largest allowed'),
  STALE_CONTROLLER_EPOCH: final(11, 'The controller has moved to another node'),
  OFFSET_METADATA_TOO_LARGE: final(12, 'The metadata committed with an offset is too long'),
  NETWORK_EXCEPTION: retriable(13, 'The connection was lost before the response arrived'),
  COORDINATOR_LOAD_IN_PROGRESS: retriable(14, 'The coordinator is still loading its state'),
  COORDINATOR_NOT_AVAILABLE: retriable(15, 'The coordinator is not available'),
  NOT_COORDINATOR: retriable(16, 'This broker is not the coordinator'),
  INVALID_TOPIC_EXCEPTION: final(17, 'The topic name is not allowed, or the operation is not allowed on the topic'),
  RECORD_LIST_TOO_LARGE: final(18, 'The record batches are larger than a segment may be'),
  NOT_ENOUGH_REPLICAS: retriable(19, 'Fewer replicas are in sync than the topic demands; nothing was written'),
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: retriable(20, 'Written, but to fewer replicas in sync than the topic demands'),
  INVALID_REQUIRED_ACKS: final(21, 'acks must be 0, 1 or all'),
  ILLEGAL_GENERATION: final(22, 'The generation of the group is another one'),
  INCONSISTENT_GROUP_PROTOCOL: final(23, 'The member shares no protocol with the other members, or names none'),
  INVALID_GROUP_ID: final(24, 'The group id is not allowed'),
  UNKNOWN_MEMBER_ID: final(25, 'The group has no such member'),
  INVALID_SESSION_TIMEOUT: final(26, 'The session timeout is outside the range that the broker allows'),
  REBALANCE_IN_PROGRESS: final(27, 'The group is rebalancing: join again'),
  INVALID_COMMIT_OFFSET_SIZE: final(28, 'The committed offset data has a size that is not allowed'),
  TOPIC_AUTHORIZATION_FAILED: final(29, 'Not authorized for the topic'),
  GROUP_AUTHORIZATION_FAILED: final(30, 'Not authorized for the group'),
  CLUSTER_AUTHORIZATION_FAILED: final(31, 'Not authorized for the cluster'),
  INVALID_TIMESTAMP: final(32, 'The timestamp of a record is out of the allowed range'),
  UNSUPPORTED_SASL_MECHANISM: final(33, 'The SASL mechanism is not enabled here'),
  ILLEGAL_SASL_STATE: final(34, 'The request is not allowed at this point of the authentication'),
  UNSUPPORTED_VERSION: final(35, 'The version of the API is not supported'),
  TOPIC_ALREADY_EXISTS: final(36, 'A topic of this name exists already'),
  INVALID_PARTITIONS: final(37, 'The number of partitions is not allowed'),
  INVALID_REPLICATION_FACTOR: final(38, 'The replication factor is below 1 or above the number of brokers'),
  INVALID_REPLICA_ASSIGNMENT: final(39, 'The replica assignment is not allowed'),
  INVALID_CONFIG: final(40, 'The configuration is not allowed'),
  NOT_CONTROLLER: retriable(41, 'This node is not the controller'),
  INVALID_REQUEST: final(42, 'The request contradicts itself or the protocol'),
  UNSUPPORTED_FOR_MESSAGE_FORMAT: final(43, 'The record format of the broker does not support the request'),
  POLICY_VIOLATION: final(44, 'A policy of the cluster forbids it'),
  OUT_OF_ORDER_SEQUENCE_NUMBER: final(45, 'The sequence number of a batch does not follow the last one'),
  DUPLICATE_SEQUENCE_NUMBER: final(46, 'The sequence number of a batch was seen before'),
  INVALID_PRODUCER_EPOCH: final(47, 'The producer epoch is older than the current one'),
  INVALID_TXN_STATE: final(48, 'The transaction is in a state that does not allow the operation'),
  INVALID_PRODUCER_ID_MAPPING: final(49, 'The producer id does not belong to the transactional id'),
  INVALID_TRANSACTION_TIMEOUT: final(50, 'The transaction timeout is longer than the broker allows'),
  CONCURRENT_TRANSACTIONS: retriable(51, 'Another operation on the same transaction has not ended yet'),
  TRANSACTION_COORDINATOR_FENCED: final(52, 'The sender is no longer the coordinator of the transaction'),
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: final(53, 'Not authorized for the transactional id'),
  SECURITY_DISABLED: final(54, 'Security features are switched off'),
  OPERATION_NOT_ATTEMPTED: final(55, 'Not tried, because another operation of the request failed'),
  KAFKA_STORAGE_ERROR: retriable(56, 'The log directory has failed'),
  LOG_DIR_NOT_FOUND: final(57, 'The broker has no such log directory'),
  SASL_AUTHENTICATION_FAILED: final(58, 'The authentication failed'),
  UNKNOWN_PRODUCER_ID: final(59, 'Nothing is known any more of this producer id'),
  REASSIGNMENT_IN_PROGRESS: final(60, 'The partition is being reassigned'),
  DELEGATION_TOKEN_AUTH_DISABLED: final(61, 'Delegation tokens are switched off'),
  DELEGATION_TOKEN_NOT_FOUND: final(62, 'There is no such delegation token'),
  DELEGATION_TOKEN_OWNER_MISMATCH: final(63, 'The principal is neither owner nor renewer of the delegation token'),
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED: final(64, 'Delegation tokens are not given out on this kind of connection'),
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: final(65, 'Not authorized for the delegation token'),
  DELEGATION_TOKEN_EXPIRED: final(66, 'The delegation token has expired'),
  INVALID_PRINCIPAL_TYPE: final(67, 'The principal type is not supported'),
  NON_EMPTY_GROUP: final(68, 'The group still has members'),
  GROUP_ID_NOT_FOUND: final(69, 'There is no such group'),
  FETCH_SESSION_ID_NOT_FOUND: retriable(70, 'There is no such fetch session'),
  INVALID_FETCH_SESSION_EPOCH: retriable(71, 'The epoch of the fetch session is not the expected one'),
  LISTENER_NOT_FOUND: retriable(72, 'The leader has no listener of the name that the request came in on'),
  TOPIC_DELETION_DISABLED: final(73, 'Deleting topics is switched off'),
  FENCED_LEADER_EPOCH: retriable(74, 'The leader epoch of the request is older than the current one'),
  UNKNOWN_LEADER_EPOCH: retriable(75, 'The leader epoch of the request is newer than any known here'),
  UNSUPPORTED_COMPRESSION_TYPE: final(76, 'The compression type is not supported'),
  STALE_BROKER_EPOCH: final(77, 'The broker epoch is another one by now'),
  OFFSET_NOT_AVAILABLE: retriable(78, 'The new leader does not know its high watermark yet'),
  MEMBER_ID_REQUIRED: final(79, 'Join again with the member id of the response'),
  PREFERRED_LEADER_NOT_AVAILABLE: retriable(80, 'The preferred leader is not available'),
  GROUP_MAX_SIZE_REACHED: final(81, 'The group has as many members as it may'),
  FENCED_INSTANCE_ID: final(82, 'Another member has taken over the group instance id'),
  ELIGIBLE_LEADERS_NOT_AVAILABLE: retriable(83, 'No replica that may become leader is available'),
  ELECTION_NOT_NEEDED: retriable(84, 'The partition needs no election'),
  NO_REASSIGNMENT_IN_PROGRESS: final(85, 'The partition is not being reassigned'),
  GROUP_SUBSCRIBED_TO_TOPIC: final(86, 'Offsets of a topic that the group is subscribed to cannot be deleted'),
  INVALID_RECORD: final(87, 'A record is not allowed in this topic'),
  UNSTABLE_OFFSET_COMMIT: retriable(88, 'Offsets of an open transaction are pending'),
  THROTTLING_QUOTA_EXCEEDED: retriable(89, 'The quota is used up for now'),
  PRODUCER_FENCED: final(90, 'A newer producer has the same transactional id'),
  RESOURCE_NOT_FOUND: final(91, 'There is no such resource'),
  DUPLICATE_RESOURCE: final(92, 'The request names the same resource twice'),
  UNACCEPTABLE_CREDENTIAL: final(93, 'The credential does not meet the rules'),
  INCONSISTENT_VOTER_SET: final(94, 'The sender or the receiver is not one of the expected voters'),
  INVALID_UPDATE_VERSION: final(95, 'The version of the update is not allowed'),
  FEATURE_UPDATE_FAILED: final(96, 'The features could not be updated'),
  PRINCIPAL_DESERIALIZATION_FAILURE: final(97, 'The principal of a forwarded request could not be read'),
  SNAPSHOT_NOT_FOUND: final(98, 'There is no such snapshot'),
  POSITION_OUT_OF_RANGE: final(99, 'The position lies outside the snapshot'),
  UNKNOWN_TOPIC_ID: retriable(100, 'There is no topic with this id here'),
  DUPLICATE_BROKER_REGISTRATION: final(101, 'Another broker is registered with this id'),
  BROKER_ID_NOT_REGISTERED: final(102, 'No broker is registered with this id'),
  INCONSISTENT_TOPIC_ID: retriable(103, 'The log belongs to a topic with another id'),
  INCONSISTENT_CLUSTER_ID: final(104, 'The request is meant for a cluster with another id'),
  TRANSACTIONAL_ID_NOT_FOUND: final(105, 'There is no such transactional id'),
  FETCH_SESSION_TOPIC_ID_ERROR: retriable(106, 'Some requests of the fetch session use topic ids and some do not'),
  INELIGIBLE_REPLICA: final(107, 'A replica may not be among those in sync'),
  NEW_LEADER_ELECTED: final(108, 'The change was made, and the partition has another leader now'),
  OFFSET_MOVED_TO_TIERED_STORAGE: final(109, 'The offset has moved to tiered storage'),
  FENCED_MEMBER_EPOCH: final(110, 'The member epoch is fenced: give up all partitions and join again'),
  UNRELEASED_INSTANCE_ID: final(111, 'Another member still holds the group instance id'),
  UNSUPPORTED_ASSIGNOR: final(112, 'The group does not support the assignor'),
  STALE_MEMBER_EPOCH: final(113, 'The member epoch is behind: the next heartbeat brings the current one'),
  MISMATCHED_ENDPOINT_TYPE: final(114, 'The request is meant for another kind of endpoint'),
  UNSUPPORTED_ENDPOINT_TYPE: final(115, 'The kind of endpoint is not supported'),
  UNKNOWN_CONTROLLER_ID: final(116, 'There is no controller with this id'),
  UNKNOWN_SUBSCRIPTION_ID: final(117, 'The telemetry subscription is unknown or out of date'),
  TELEMETRY_TOO_LARGE: final(118, 'The telemetry is larger than the broker accepts'),
  INVALID_REGISTRATION: final(119, 'The registration of the broker is not allowed'),
  TRANSACTION_ABORTABLE: final(120, 'The transaction has failed: abort it, the transactional id stays usable'),
  INVALID_RECORD_STATE: final(121, 'A record is in a state that does not allow the acknowledgement'),
  SHARE_SESSION_NOT_FOUND: retriable(122, 'There is no such share session'),
  INVALID_SHARE_SESSION_EPOCH: retriable(123, 'The epoch of the share session is not the expected one'),
  FENCED_STATE_EPOCH: final(124, 'The state epoch of the share group is older than the current one'),
  INVALID_VOTER_KEY: final(125, 'The voter key is not the one of the replica that received it'),
  DUPLICATE_VOTER: final(126, 'The voter is already one of the voters'),
  VOTER_NOT_FOUND: final(127, 'The voter is not one of the voters'),
  INVALID_REGULAR_EXPRESSION: final(128, 'The regular expression cannot be used'),
  REBOOTSTRAP_REQUIRED: final(129, 'The metadata of the client is too old: start again from the bootstrap servers'),
  STREAMS_INVALID_TOPOLOGY: final(130, 'The topology cannot be used'),
  STREAMS_INVALID_TOPOLOGY_EPOCH: final(131, 'The topology epoch is not allowed'),
  STREAMS_TOPOLOGY_FENCED: final(132, 'The topology epoch is older than the current one'),
  SHARE_SESSION_LIMIT_REACHED: retriable(133, 'There are as many share sessions as there may be'),
} as const satisfies Record<string, ErrorEntry>;

const NAMES_BY_CODE: ReadonlyMap<number, ErrorName> = new Map(
  Object.entries(ERRORS).map(([name, { code }]) => [code, name as ErrorName]),
);

function retriable<const Code extends number>(code: Code, message: string) {
  return { code, retriable: true, message } as const;
}

function final<const Code extends number>(code: Code, message: string) {
  return { code, retriable: false, message } as const;
}
