// Fetch: records from many partitions, waiting for them when there are too few (long polling), in sessions that leave out what has no news.

import { errorCode, fetch, type RequestOf, ZERO_UUID } from '../../protocol/index.ts';
import { awaitAdvance } from '../fetch/await-advance.ts';
import type { FetchContext, FetchNews, FetchTarget } from '../fetch/fetch-session.ts';
import { errorCodeOf, type FetchLimits, type PartitionRead, readPartitions, sizeOf } from '../fetch/read-partitions.ts';
import { type Answer, handler, type RequestContext } from '../handler.ts';

type FetchRequest = RequestOf<typeof fetch>;
type FetchResponse = Answer<typeof fetch>;
type PartitionResponse = FetchResponse['responses'][number]['partitions'][number];

const FIRST_VERSION_WITH_TOPIC_IDS = 13;
/** Up to here clients do not know KAFKA_STORAGE_ERROR and would not look for another leader. */
const LAST_VERSION_WITHOUT_STORAGE_ERROR = 5;
const READ_COMMITTED = 1;

export const fetchHandler = handler(fetch, {
  async handle(request, context) {
    const session = beginSession(request, context);
    const limits: FetchLimits = {
      maxBytes: Math.min(request.maxBytes, context.services.config['fetch.max.bytes']),
      isolation: request.isolationLevel === READ_COMMITTED ? 'read_committed' : 'read_uncommitted',
    };
    const reads = await readWhenEnough(request, session, limits, context);
    return answer(session, reads, context.apiVersion);
  },
  fail(_request, error) {
    return { errorCode: errorCode(error.code), sessionId: 0, responses: [] };
  },
});

function beginSession(request: FetchRequest, context: RequestContext): FetchContext {
  const targets = request.topics.flatMap(({ topic, topicId, partitions }) =>
    partitions.map(
      ({ partition, fetchOffset, partitionMaxBytes, currentLeaderEpoch, lastFetchedEpoch }): FetchTarget => ({
        topic,
        topicId,
        partition,
        fetchOffset,
        maxBytes: partitionMaxBytes,
        currentLeaderEpoch,
        lastFetchedEpoch,
      }),
    ),
  );
  const forgotten = request.forgottenTopicsData.flatMap(({ topic, topicId, partitions }) =>
    partitions.map((partition) => ({ topic, topicId, partition })),
  );
  return context.services.fetchSessions.begin(
    {
      sessionId: request.sessionId,
      sessionEpoch: request.sessionEpoch,
      usesTopicIds: context.apiVersion >= FIRST_VERSION_WITH_TOPIC_IDS,
      targets,
      forgotten,
    },
    context.services.clock.monotonic(),
  );
}

/** Reads until there are `minBytes`, an error, a divergence, or `maxWaitMs` have passed. */
async function readWhenEnough(
  request: FetchRequest,
  session: FetchContext,
  limits: FetchLimits,
  context: RequestContext,
): Promise<PartitionRead[]> {
  const { clock } = context.services;
  const deadlineMs = clock.monotonic() + request.maxWaitMs;
  const minBytes = Math.min(request.minBytes, limits.maxBytes);
  for (;;) {
    const reads = await readPartitions(session.targets, limits, context);
    const waitMs = deadlineMs - clock.monotonic();
    if (waitMs <= 0 || isEnough(reads, minBytes) || context.connection.signal.aborted) return reads;
    const partitions = reads.flatMap(({ partition }) => partition ?? []);
    if (partitions.length === 0) return reads;
    // What moved between the read and the watch cannot be missed: both happen in one tick unless a read waited for the disk.
    if (hasMoved(reads)) continue;
    await awaitAdvance(partitions, waitMs, clock, context.connection.signal);
  }
}

function isEnough(reads: readonly PartitionRead[], minBytes: number): boolean {
  let bytes = 0;
  for (const read of reads) {
    if (read.error !== undefined || read.divergingEpoch !== undefined) return true;
    bytes += sizeOf(read);
  }
  return bytes >= minBytes;
}

function hasMoved(reads: readonly PartitionRead[]): boolean {
  return reads.some(
    ({ partition, result }) =>
      partition !== undefined &&
      result !== undefined &&
      (partition.highWatermark !== result.highWatermark || partition.lastStableOffset !== result.lastStableOffset),
  );
}

function answer(session: FetchContext, reads: readonly PartitionRead[], apiVersion: number): FetchResponse {
  const topics = new Map<string, { topic: string; topicId: string; partitions: PartitionResponse[] }>();
  for (const read of reads) {
    const news = newsOf(read);
    if (!session.isWorthSaying(read.target, news)) continue;
    session.answered(read.target, news);
    const { topic, topicId } = read.target;
    const key = topicId === ZERO_UUID ? topic : topicId;
    const entry = topics.get(key) ?? { topic, topicId, partitions: [] };
    entry.partitions.push(partitionResponse(read, apiVersion));
    topics.set(key, entry);
  }
  return { errorCode: 0, sessionId: session.sessionId, responses: [...topics.values()] };
}

function newsOf(read: PartitionRead): FetchNews {
  return {
    hasRecords: sizeOf(read) > 0,
    hasError: read.error !== undefined || read.divergingEpoch !== undefined,
    highWatermark: read.result?.highWatermark ?? -1n,
    logStartOffset: read.result?.logStartOffset ?? -1n,
  };
}

function partitionResponse(read: PartitionRead, apiVersion: number): PartitionResponse {
  const { target, partition, result, divergingEpoch } = read;
  const isStale = read.error?.code === 'FENCED_LEADER_EPOCH' || read.error?.code === 'NOT_LEADER_OR_FOLLOWER';
  return {
    partitionIndex: target.partition,
    errorCode: storageErrorFor(apiVersion, errorCodeOf(read)),
    highWatermark: result?.highWatermark ?? -1n,
    lastStableOffset: result?.lastStableOffset ?? -1n,
    logStartOffset: result?.logStartOffset ?? -1n,
    abortedTransactions: result?.abortedTransactions ?? null,
    records: result?.records ?? [],
    ...(divergingEpoch !== undefined && { divergingEpoch }),
    ...(isStale && partition !== undefined && { currentLeader: { leaderId: -1, leaderEpoch: partition.leaderEpoch } }),
  };
}

function storageErrorFor(apiVersion: number, code: number): number {
  const isUnknownToClient =
    apiVersion <= LAST_VERSION_WITHOUT_STORAGE_ERROR && code === errorCode('KAFKA_STORAGE_ERROR');
  return isUnknownToClient ? errorCode('NOT_LEADER_OR_FOLLOWER') : code;
}
