// ShareFetch (KIP-932): gives records to a member of a share group, and takes its acknowledgements on the way. v2+ may ask for an exact number
// of records (KIP-1206), or renew what it has (KIP-1222).

import { sleep } from '../../platform/index.ts';
import { errorCode, KafkaError, type RequestOf, shareFetch } from '../../protocol/index.ts';
import type { Partition } from '../../storage/index.ts';
import { requireTopic } from '../authorization.ts';
import { thisNode } from '../cluster-nodes.ts';
import { type Answer, handler, type RequestContext } from '../handler.ts';
import { asKafkaError } from '../kafka-error.ts';
import { leaderPartition } from '../partitions.ts';
import { type AcknowledgedPartition, acknowledgePartitions } from '../share/acknowledge-partitions.ts';
import { fetchShare, type ShareRead } from '../share/share-fetch.ts';
import type { SharePartition } from '../share/share-partition.ts';
import { requireShareMember, type ShareMember } from '../share/share-request.ts';
import { FINAL_EPOCH, type ShareContext, type ShareTarget } from '../share/share-sessions.ts';

type ShareFetchRequest = RequestOf<typeof shareFetch>;
type ShareFetchResponse = Answer<typeof shareFetch>;
type PartitionResponse = ShareFetchResponse['responses'][number]['partitions'][number];

const RECORD_LIMIT_MODE = 1;
const NO_LEADER = { leaderId: 0, leaderEpoch: 0 };

export const shareFetchHandler = handler(shareFetch, {
  async handle(request, context) {
    const member = requireShareMember(context, request);
    requireNothingBesideRenewal(request);
    const { shareSessions, shareSettingsOf } = context.services;
    const session = await beginSession(request, context, member);
    const acknowledging = acknowledgePartitions(context, member, request);
    const fetched = request.isRenewAck ? [] : await fetchTargets(request, context, member, session);
    const acknowledged = await acknowledging;
    if (request.shareSessionEpoch === FINAL_EPOCH) shareSessions.end(member.groupId, member.memberId);
    return {
      errorCode: 0,
      acquisitionLockTimeoutMs: shareSettingsOf(member.groupId).recordLockDurationMs,
      ...answer(context, fetched, acknowledged),
    };
  },
  quota: { key: 'consumer_byte_rate', bytesOf: recordBytes },
  fail: (_request, error) => ({
    errorCode: errorCode(error.code),
    errorMessage: error.message,
    acquisitionLockTimeoutMs: 0,
    responses: [],
    nodeEndpoints: [],
  }),
});

/** What is renewed must be told at once, or else it may be over again before the records arrive. */
function requireNothingBesideRenewal({
  isRenewAck,
  maxBytes,
  minBytes,
  maxRecords,
  maxWaitMs,
}: ShareFetchRequest): void {
  if (!isRenewAck) return;
  const wrong = Object.entries({ maxBytes, minBytes, maxRecords, maxWaitMs })
    .filter(([, value]) => value !== 0)
    .map(([name]) => `${name} must be set to 0, `);
  if (wrong.length > 0) throw new KafkaError('INVALID_REQUEST', `${wrong.join('')}if isRenewAck is true.`);
}

/** A client that finds no place for its session waits as long as for records, so that it does not ask without a pause. */
async function beginSession(
  request: ShareFetchRequest,
  { services, connection }: RequestContext,
  { groupId, memberId }: ShareMember,
): Promise<ShareContext> {
  const { topics, forgottenTopicsData } = request;
  try {
    return services.shareSessions.begin({
      groupId,
      memberId,
      epoch: request.shareSessionEpoch,
      added: topics.flatMap(({ topicId, partitions }) =>
        partitions.map(({ partitionIndex }) => ({ topicId, partition: partitionIndex })),
      ),
      forgotten: forgottenTopicsData.flatMap(({ topicId, partitions }) =>
        partitions.map((partition) => ({ topicId, partition })),
      ),
      hasAcknowledgements: topics.some(({ partitions }) =>
        partitions.some(({ acknowledgementBatches }) => acknowledgementBatches.length > 0),
      ),
      connection: connection.signal,
    });
  } catch (error) {
    const isFull = error instanceof KafkaError && error.code === 'SHARE_SESSION_LIMIT_REACHED';
    if (isFull) await sleep(services.clock, request.maxWaitMs, connection.signal).catch(() => {});
    throw error;
  }
}

interface FetchedTarget extends ShareTarget, ShareRead {}

async function fetchTargets(
  request: ShareFetchRequest,
  context: RequestContext,
  { groupId, memberId }: ShareMember,
  session: ShareContext,
): Promise<FetchedTarget[]> {
  const { services, connection, principal, clientId } = context;
  const failures = new Map<ShareTarget, KafkaError>();
  const opened = new Map<SharePartition, ShareTarget>();
  // Another partition comes first each time, so that none is starved.
  for (const target of rotated(session.targets, session.epoch)) {
    try {
      const partition = await findPartition(context, target);
      const onFailure = (error: KafkaError) => failures.set(target, error);
      opened.set(services.sharePartitions.open({ groupId, ...target }, partition, onFailure), target);
    } catch (error) {
      failures.set(target, asKafkaError(error, context));
    }
  }
  const failedAtFirst = failures.size;
  const quota = services.quotas.maxBytes('consumer_byte_rate', { user: principal.name, clientId });
  const maxBytes = Math.min(request.maxBytes, services.config['fetch.max.bytes'], quota);
  const isNothing = opened.size === 0 || request.maxRecords === 0 || maxBytes === 0;
  const reads = isNothing
    ? new Map<SharePartition, ShareRead>()
    : await fetchShare([...opened.keys()], {
        memberId,
        maxWaitMs: request.maxWaitMs,
        minBytes: Math.min(request.minBytes, maxBytes),
        maxBytes,
        maxRecords: request.maxRecords,
        batchSize: request.batchSize,
        isRecordLimit: request.shareAcquireMode === RECORD_LIMIT_MODE,
        isolation: services.shareSettingsOf(groupId).isolation,
        clock: services.clock,
        signal: connection.signal,
        hasFailure: () => failures.size > failedAtFirst,
        grant: (bytes) => services.requestBudget.grant(bytes),
      });
  const results: FetchedTarget[] = Array.from(failures, ([target, error]) => failed(target, error));
  for (const [sharePartition, target] of opened) {
    if (failures.has(target)) continue;
    results.push({ ...target, ...(reads.get(sharePartition) ?? NOTHING) });
  }
  return results.filter((result) => {
    const news = { hasRecords: result.acquired.length > 0, hasError: result.error !== undefined };
    return session.isWorthSaying(result, news);
  });
}

const NOTHING: ShareRead = { error: undefined, records: [], acquired: [] };

function failed(target: ShareTarget, error: KafkaError): FetchedTarget {
  return { ...target, ...NOTHING, error };
}

async function findPartition(context: RequestContext, { topicId, partition }: ShareTarget): Promise<Partition> {
  const topic = context.services.metadata.image.topics.byId.get(topicId);
  if (topic === undefined) throw new KafkaError('UNKNOWN_TOPIC_ID');
  requireTopic(context, 'read', topic.name);
  return leaderPartition(context.services, topic.name, partition);
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const at = by < 1 || items.length === 0 ? 0 : by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}

function answer(
  context: RequestContext,
  fetched: readonly FetchedTarget[],
  acknowledged: readonly AcknowledgedPartition[],
): Pick<ShareFetchResponse, 'responses' | 'nodeEndpoints'> {
  const topics = new Map<string, Map<number, PartitionResponse>>();
  const put = ({ topicId, partition }: ShareTarget, fields: Partial<PartitionResponse>) => {
    const partitions = topics.get(topicId) ?? new Map<number, PartitionResponse>();
    const known = partitions.get(partition) ?? emptyResponse(partition);
    topics.set(topicId, partitions.set(partition, { ...known, ...fields }));
  };
  let namesLeader = false;
  for (const { error, records, acquired, ...target } of fetched) {
    const isStale = error?.code === 'NOT_LEADER_OR_FOLLOWER' || error?.code === 'FENCED_LEADER_EPOCH';
    namesLeader ||= isStale;
    const currentLeader = isStale ? leaderOf(context, target) : NO_LEADER;
    const told = { errorCode: error?.errorCode ?? 0, errorMessage: error?.message ?? null };
    put(target, { ...told, currentLeader, records, acquiredRecords: [...acquired] });
  }
  for (const { error, ...target } of acknowledged)
    put(target, { acknowledgeErrorCode: error?.errorCode ?? 0, acknowledgeErrorMessage: error?.message ?? null });
  return {
    responses: Array.from(topics, ([topicId, partitions]) => ({ topicId, partitions: [...partitions.values()] })),
    nodeEndpoints: namesLeader ? [thisNode(context)] : [],
  };
}

function leaderOf({ services }: RequestContext, { topicId, partition }: ShareTarget) {
  const image = services.metadata.image.topics.byId.get(topicId)?.partitions[partition];
  return { leaderId: image?.leader ?? -1, leaderEpoch: image?.leaderEpoch ?? -1 };
}

function emptyResponse(partitionIndex: number): PartitionResponse {
  return {
    partitionIndex,
    errorCode: 0,
    acknowledgeErrorCode: 0,
    currentLeader: NO_LEADER,
    records: [],
    acquiredRecords: [],
  };
}

/** Bytes of all records in an answer. */
function recordBytes(response: ShareFetchResponse | null): number {
  let bytes = 0;
  for (const { partitions } of response?.responses ?? []) {
    for (const { records } of partitions) {
      for (const buffer of Buffer.isBuffer(records) ? [records] : (records ?? [])) bytes += buffer.length;
    }
  }
  return bytes;
}
