// Fetch: records from many partitions, waiting for them when there are too few (long polling), in sessions that leave out what has no news.

import { errorCode, fetch, type RequestOf, ZERO_UUID } from '../../protocol/index.ts';
import { thisNode } from '../cluster-nodes.ts';
import { awaitAdvance } from '../fetch/await-advance.ts';
import type { FetchContext, FetchNews, FetchTarget } from '../fetch/fetch-session.ts';
import { errorCodeOf, type FetchLimits, type PartitionRead, readPartitions, sizeOf } from '../fetch/read-partitions.ts';
import { type Answer, handler, type RequestContext } from '../handler.ts';
import { currentLeader, FIRST_VERSION_WITH_TOPIC_IDS, topicName } from '../partitions.ts';

type FetchRequest = RequestOf<typeof fetch>;
type FetchResponse = Answer<typeof fetch>;
type PartitionResponse = FetchResponse['responses'][number]['partitions'][number];

/** From here on an error says who leads instead (KIP-951). */
const FIRST_VERSION_WITH_CURRENT_LEADER = 16;
/** Up to here clients do not know KAFKA_STORAGE_ERROR and would not look for another leader. */
const LAST_VERSION_WITHOUT_STORAGE_ERROR = 5;
const READ_COMMITTED = 1;
/** As long as clients wait for an answer by default. */
const LONGEST_WAIT_FOR_LOADING_MS = 30_000;

export const fetchHandler = handler(fetch, {
  async handle(request, context) {
    const { services, principal, clientId } = context;
    const session = beginSession(request, context);
    const limits: FetchLimits = {
      maxBytes: Math.min(
        request.maxBytes,
        services.config['fetch.max.bytes'],
        services.quotas.maxBytes('consumer_byte_rate', { user: principal.name, clientId }),
      ),
      isolation: request.isolationLevel === READ_COMMITTED ? 'read_committed' : 'read_uncommitted',
      isReplica: request.replicaId >= 0 || request.replicaState.replicaId >= 0,
    };
    const reads = await readWhenEnough(request, session, limits, context);
    for (const read of reads) {
      if (read.error !== undefined) services.traffic.fetchFailed(read.partition?.topic);
      else if (read.partition !== undefined) services.traffic.fetched(context, read.partition.topic, sizeOf(read));
    }
    return answer(session, reads, context);
  },
  quota: { key: 'consumer_byte_rate', bytesOf: recordBytes },
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

/**
 * Reads until there are `minBytes`, an error, a divergence, or `maxWaitMs` have passed. A log that is being loaded holds up no records of others, but
 * an answer without any waits for it, however little the client wants: it would take the log for empty. A partition that does not exist hurries nobody,
 * or else a client that still asks for a deleted topic would ask without a pause; one that goes away meanwhile is told at once.
 */
async function readWhenEnough(
  request: FetchRequest,
  session: FetchContext,
  limits: FetchLimits,
  context: RequestContext,
): Promise<PartitionRead[]> {
  const { clock } = context.services;
  const startMs = clock.monotonic();
  const minBytes = Math.min(request.minBytes, limits.maxBytes);
  let unknownAtFirst: number | undefined;
  for (;;) {
    const reads = await readWithinBudget(session.targets, limits, context);
    const unknown = reads.filter(isUnknown).length;
    unknownAtFirst ??= unknown;
    if (unknown > unknownAtFirst) return reads;
    const loading = reads.flatMap((read) => read.loading ?? []);
    const mustLoad = loading.length > 0 && !isEnough(reads, 1);
    const maxWaitMs = mustLoad ? Math.max(request.maxWaitMs, LONGEST_WAIT_FOR_LOADING_MS) : request.maxWaitMs;
    const waitMs = startMs + maxWaitMs - clock.monotonic();
    if (waitMs <= 0 || (isEnough(reads, minBytes) && !mustLoad) || context.connection.signal.aborted) return reads;
    const partitions = reads.flatMap(({ partition }) => partition ?? []);
    if (partitions.length === 0 && loading.length === 0) return reads;
    // What moved between the read and the watch cannot be missed: both happen in one tick unless a read waited for the disk.
    if (hasMoved(reads)) continue;
    await awaitAdvance(partitions, loading, waitMs, clock, context.connection.signal);
  }
}

/** The memory for the records is set aside while they are read; from then on the connection holds them. */
async function readWithinBudget(
  targets: readonly FetchTarget[],
  limits: FetchLimits,
  context: RequestContext,
): Promise<PartitionRead[]> {
  const wantedBytes = targets.reduce((bytes, target) => bytes + target.maxBytes, 0);
  using memory = context.services.requestBudget.grant(Math.min(limits.maxBytes, wantedBytes));
  return await readPartitions(targets, { ...limits, maxBytes: memory.bytes }, context);
}

function isEnough(reads: readonly PartitionRead[], minBytes: number): boolean {
  let bytes = 0;
  for (const read of reads) {
    if ((read.error !== undefined && !isUnknown(read)) || read.divergingEpoch !== undefined) return true;
    bytes += sizeOf(read);
  }
  return bytes >= minBytes;
}

function isUnknown({ error }: PartitionRead): boolean {
  return error?.code === 'UNKNOWN_TOPIC_OR_PARTITION' || error?.code === 'UNKNOWN_TOPIC_ID';
}

function hasMoved(reads: readonly PartitionRead[]): boolean {
  return reads.some(
    ({ partition, result }) =>
      partition !== undefined &&
      result !== undefined &&
      (partition.highWatermark !== result.highWatermark || partition.lastStableOffset !== result.lastStableOffset),
  );
}

function answer(session: FetchContext, reads: readonly PartitionRead[], context: RequestContext): FetchResponse {
  const topics = new Map<string, { topic: string; topicId: string; partitions: PartitionResponse[] }>();
  let namesLeader = false;
  for (const read of reads) {
    const news = newsOf(read);
    if (!session.isWorthSaying(read.target, news)) continue;
    session.answered(read.target, news);
    const { topic, topicId } = read.target;
    const key = topicId === ZERO_UUID ? topic : topicId;
    const entry = topics.get(key) ?? { topic, topicId, partitions: [] };
    const currentLeader = currentLeaderOf(read, context);
    namesLeader ||= currentLeader !== undefined;
    entry.partitions.push({ ...partitionResponse(read, context.apiVersion), ...(currentLeader && { currentLeader }) });
    topics.set(key, entry);
  }
  const nodeEndpoints = namesLeader ? [thisNode(context)] : [];
  return { errorCode: 0, sessionId: session.sessionId, responses: [...topics.values()], nodeEndpoints };
}

function currentLeaderOf({ error, target }: PartitionRead, context: RequestContext) {
  const isStale = error?.code === 'FENCED_LEADER_EPOCH' || error?.code === 'NOT_LEADER_OR_FOLLOWER';
  if (!isStale || context.apiVersion < FIRST_VERSION_WITH_CURRENT_LEADER) return undefined;
  return currentLeader(
    context.services,
    topicName(context, { name: target.topic, topicId: target.topicId }),
    target.partition,
  );
}

/** Bytes of all records in an answer. */
function recordBytes(response: FetchResponse | null): number {
  let bytes = 0;
  for (const { partitions } of response?.responses ?? []) {
    for (const { records } of partitions) {
      for (const buffer of Buffer.isBuffer(records) ? [records] : (records ?? [])) bytes += buffer.length;
    }
  }
  return bytes;
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
  const { target, result, divergingEpoch } = read;
  return {
    partitionIndex: target.partition,
    errorCode: storageErrorFor(apiVersion, errorCodeOf(read)),
    highWatermark: result?.highWatermark ?? -1n,
    lastStableOffset: result?.lastStableOffset ?? -1n,
    logStartOffset: result?.logStartOffset ?? -1n,
    abortedTransactions: result?.abortedTransactions ?? null,
    records: result?.records ?? [],
    ...(divergingEpoch !== undefined && { divergingEpoch }),
  };
}

function storageErrorFor(apiVersion: number, code: number): number {
  const isUnknownToClient =
    apiVersion <= LAST_VERSION_WITHOUT_STORAGE_ERROR && code === errorCode('KAFKA_STORAGE_ERROR');
  return isUnknownToClient ? errorCode('NOT_LEADER_OR_FOLLOWER') : code;
}
