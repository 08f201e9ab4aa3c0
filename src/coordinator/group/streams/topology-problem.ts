// Why the cluster's topics are not as a topology needs them. Members are told with their heartbeats, and go on asking.

/** Kafka's codes of what a member of a streams group may be told (KIP-1071). */
export const STREAMS_STATUS = {
  staleTopology: 0,
  missingSourceTopics: 1,
  incorrectlyPartitionedTopics: 2,
  missingInternalTopics: 3,
  shutdownApplication: 4,
  assignmentDelayed: 5,
} as const;

export interface StreamsStatus {
  readonly statusCode: number;
  readonly statusDetail: string;
}

/** Thrown while a topology is held against the topics; never leaves the coordinator. */
export class TopologyProblem extends Error {
  override readonly name = 'TopologyProblem';
  readonly statusCode: number;

  constructor(status: keyof typeof STREAMS_STATUS, message: string) {
    super(message);
    this.statusCode = STREAMS_STATUS[status];
  }
}
