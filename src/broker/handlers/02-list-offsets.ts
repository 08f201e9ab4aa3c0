// ListOffsets: the offset of a time, or of one of the special times below.

import { KafkaError, listOffsets, type RequestOf, type ResponseInput } from '../../protocol/index.ts';
import type { Partition, TimestampedOffset } from '../../storage/index.ts';
import { requireTopic } from '../authorization.ts';
import { handler } from '../handler.ts';
import { asKafkaError } from '../kafka-error.ts';
import { checkLeaderEpoch, leaderPartition } from '../partitions.ts';

type PartitionRequest = RequestOf<typeof listOffsets>['topics'][number]['partitions'][number];
type PartitionResponse = ResponseInput<typeof listOffsets>['topics'][number]['partitions'][number];

const LATEST = -1n;
const EARLIEST = -2n;
/** The record with the largest timestamp (KIP-734). */
const MAX_TIMESTAMP = -3n;
/** The first offset that is kept locally (KIP-405): everything is. */
const EARLIEST_LOCAL = -4n;
/** The last offset in tiered storage (KIP-1005): there is none. */
const LATEST_TIERED = -5n;
/** The first offset that awaits its upload to tiered storage (KIP-1023): there is none. */
const EARLIEST_PENDING_UPLOAD = -6n;
const READ_COMMITTED = 1;
const FIRST_VERSION_WITH_LEADER_EPOCH = 4;

/** The first version of the API that knows each special time. */
const FIRST_VERSION: ReadonlyMap<bigint, number> = new Map([
  [LATEST, 0],
  [EARLIEST, 0],
  [MAX_TIMESTAMP, 7],
  [EARLIEST_LOCAL, 8],
  [LATEST_TIERED, 9],
  [EARLIEST_PENDING_UPLOAD, 11],
]);

const NOTHING: TimestampedOffset = { offset: -1n, timestamp: -1n, leaderEpoch: -1 };

export const listOffsetsHandler = handler(listOffsets, {
  async handle(request, context) {
    const duplicates = duplicatePartitions(request);
    const isCommittedOnly = request.isolationLevel === READ_COMMITTED;
    const topics = request.topics.map(async ({ name, partitions }) => ({
      name,
      partitions: await Promise.all(
        partitions.map(async (asked): Promise<PartitionResponse> => {
          try {
            requireTopic(context, 'describe', name);
            if (duplicates.has(`${name}-${asked.partitionIndex}`)) throw new KafkaError('INVALID_REQUEST');
            checkTimestamp(asked.timestamp, context.apiVersion);
            const partition = await leaderPartition(context.services, name, asked.partitionIndex);
            checkLeaderEpoch(partition, asked.currentLeaderEpoch);
            const found = await findOffset(partition, asked.timestamp, isCommittedOnly);
            return answer(asked, 0, found, context.apiVersion);
          } catch (error) {
            return answer(asked, asKafkaError(error, context).errorCode, NOTHING, context.apiVersion);
          }
        }),
      ),
    }));
    return { topics: await Promise.all(topics) };
  },
  fail(request, error, { apiVersion }) {
    return {
      topics: request.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map((asked) => answer(asked, error.errorCode, NOTHING, apiVersion)),
      })),
    };
  },
});

async function findOffset(
  partition: Partition,
  timestamp: bigint,
  isCommittedOnly: boolean,
): Promise<TimestampedOffset> {
  const end = isCommittedOnly ? partition.lastStableOffset : partition.highWatermark;
  switch (timestamp) {
    case LATEST:
      return { offset: end, timestamp: -1n, leaderEpoch: partition.leaderEpoch };
    case EARLIEST:
    case EARLIEST_LOCAL: {
      const offset = partition.logStartOffset;
      return { offset, timestamp: -1n, leaderEpoch: partition.epochOf(offset) };
    }
    case MAX_TIMESTAMP:
      return (await partition.findMaxTimestamp()) ?? NOTHING;
    case LATEST_TIERED:
    case EARLIEST_PENDING_UPLOAD:
      return NOTHING;
    default:
      return (await partition.findByTimestamp(timestamp, end)) ?? NOTHING;
  }
}

function checkTimestamp(timestamp: bigint, apiVersion: number): void {
  if (timestamp >= 0n || (FIRST_VERSION.get(timestamp) ?? Infinity) <= apiVersion) return;
  throw new KafkaError(
    'UNSUPPORTED_VERSION',
    `Cannot find the offset of timestamp ${timestamp}: it has no meaning in ListOffsets version ${apiVersion}`,
  );
}

function duplicatePartitions(request: RequestOf<typeof listOffsets>): Set<string> {
  const seen = new Set<string>();
  const duplicates = new Set<string>();
  for (const { name, partitions } of request.topics) {
    for (const { partitionIndex } of partitions) {
      const key = `${name}-${partitionIndex}`;
      if (seen.has(key)) duplicates.add(key);
      seen.add(key);
    }
  }
  return duplicates;
}

function answer(
  { partitionIndex }: PartitionRequest,
  errorCode: number,
  { offset, timestamp, leaderEpoch }: TimestampedOffset,
  apiVersion: number,
): PartitionResponse {
  const told = { partitionIndex, errorCode, offset, timestamp };
  return apiVersion >= FIRST_VERSION_WITH_LEADER_EPOCH ? { ...told, leaderEpoch } : told;
}
