// TxnOffsetCommit: offsets of a group that count when the transaction is committed. v3+ names the member that commits; v4+ knows
// TRANSACTION_ABORTABLE; with v5 the group's partition becomes part of the transaction by this request (KIP-890).

import { GROUP_TOPIC, type LogProducerState } from '../../coordinator/index.ts';
import { errorCode, KafkaError, type RequestOf, type ResponseInput, txnOffsetCommit } from '../../protocol/index.ts';
import { isAuthorized, requireGroup } from '../authorization.ts';
import { handler, type RequestContext } from '../handler.ts';
import { asKafkaError } from '../kafka-error.ts';
import { verificationError } from '../transaction-errors.ts';
import type { TransactionSupport } from '../transaction-verification.ts';

type Request = RequestOf<typeof txnOffsetCommit>;
type TopicRequest = Request['topics'][number];
type TopicResponse = ResponseInput<typeof txnOffsetCommit>['topics'][number];

/** Producers before it take COORDINATOR_LOAD_IN_PROGRESS for fatal (KAFKA-7296). */
const FIRST_VERSION_WITH_LOAD_IN_PROGRESS = 2;
const FIRST_VERSION_WITH_ABORTABLE = 4;
const FIRST_VERSION_WITH_IMPLICIT_ADD = 5;
/** Offsets have no sequence. */
const NO_SEQUENCE = -1;

export const txnOffsetCommitHandler = handler(txnOffsetCommit, {
  async handle(request, context) {
    if (!isAuthorized(context, 'write', 'transactionalId', request.transactionalId))
      throw new KafkaError('TRANSACTIONAL_ID_AUTHORIZATION_FAILED');
    requireGroup(context, 'read', request.groupId);
    const judged = request.topics.map((topic) => judge(topic, context));
    const accepted = judged.flatMap(({ topic }) => (topic.partitions.length === 0 ? [] : [topic]));
    if (accepted.length === 0) return { topics: judged.map(({ refused }) => refused) };
    const topics = await commit({ ...request, topics: accepted }, context);
    const committed = new Map(topics.map(({ name, partitions }) => [name, partitions]));
    return {
      topics: judged.map(({ refused: { name, partitions } }) => ({
        name,
        partitions: [...(committed.get(name) ?? []), ...partitions].map((partition) => ({
          ...partition,
          errorCode: codeFor(context.apiVersion, partition.errorCode),
        })),
      })),
    };
  },
  fail(request, error, { apiVersion }) {
    const code = codeFor(apiVersion, errorCode(error.code));
    return {
      topics: request.topics.map((topic) => ({ name: topic.name, partitions: failed(topic.partitions, code) })),
    };
  },
});

/** What fails as a whole fails for what was accepted; why the rest was refused stays. */
async function commit(request: Request, context: RequestContext): Promise<readonly TopicResponse[]> {
  try {
    const requireVerified = await verify(request, context);
    return (await context.services.groups.commitTransactionalOffsets(request, requireVerified)).topics;
  } catch (error) {
    const code = asKafkaError(error, context).errorCode;
    return request.topics.map(({ name, partitions }) => ({ name, partitions: failed(partitions, code) }));
  }
}

/** Splits a topic into what may be committed and what is refused. */
function judge(topic: TopicRequest, context: RequestContext): { topic: TopicRequest; refused: TopicResponse } {
  const { name } = topic;
  if (!isAuthorized(context, 'read', 'topic', name)) {
    const partitions = failed(topic.partitions, errorCode('TOPIC_AUTHORIZATION_FAILED'));
    return { topic: { ...topic, partitions: [] }, refused: { name, partitions } };
  }
  const { topics } = context.services.metadata.image;
  const exists = (index: number) => topics.partition(name, index) !== undefined;
  const partitions = topic.partitions.filter(({ partitionIndex }) => exists(partitionIndex));
  const unknown = topic.partitions.filter(({ partitionIndex }) => !exists(partitionIndex));
  return {
    topic: { ...topic, partitions },
    refused: { name, partitions: failed(unknown, errorCode('UNKNOWN_TOPIC_OR_PARTITION')) },
  };
}

/** Makes sure that the transaction will end in the partition that keeps the group. Returns the check to do when it is written. */
async function verify(
  request: Request,
  context: RequestContext,
): Promise<(known: LogProducerState | undefined) => void> {
  const { transactionVerification, transactionPartitions, groups, storage } = context.services;
  const support = supportOf(context.apiVersion);
  const index = groups.partitionFor(request.groupId);
  if (!transactionPartitions.mustAsk(support)) return () => {};
  const partition = await storage.partition(GROUP_TOPIC, index)?.load();
  if (partition === undefined) throw new KafkaError('NOT_COORDINATOR');
  const guard = transactionVerification.begin(partition, request, NO_SEQUENCE, support);
  if (guard !== undefined) {
    const asked = { ...request, partitions: [{ topic: GROUP_TOPIC, partition: index }] };
    const [error = 'NONE'] = await transactionPartitions.ask(asked, support);
    if (error !== 'NONE') throw verificationError(error, support);
  }
  return (known) => {
    if (transactionPartitions.isVerified)
      transactionVerification.requireVerified(partition, request, NO_SEQUENCE, guard, known);
  };
}

function supportOf(apiVersion: number): TransactionSupport {
  if (apiVersion >= FIRST_VERSION_WITH_IMPLICIT_ADD) return 'add';
  return apiVersion >= FIRST_VERSION_WITH_ABORTABLE ? 'verify' : 'verify-with-old-errors';
}

function failed(partitions: TopicRequest['partitions'], code: number) {
  return partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code }));
}

function codeFor(apiVersion: number, code: number): number {
  const isUnknown =
    apiVersion < FIRST_VERSION_WITH_LOAD_IN_PROGRESS && code === errorCode('COORDINATOR_LOAD_IN_PROGRESS');
  return isUnknown ? errorCode('COORDINATOR_NOT_AVAILABLE') : code;
}
