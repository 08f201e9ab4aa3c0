// The coordinator of groups as the broker sees it: one method per API, which takes the decoded request and gives the answer with
// its error codes. Nothing here rejects because of what a client sent.

import {
  type ConsumerGroupHeartbeatRequest,
  type DeleteGroupsRequest,
  type DescribeGroupsRequest,
  type deleteGroups,
  type describeGroups,
  type ErrorName,
  errorCode,
  type HeartbeatRequest,
  type heartbeat as heartbeatApi,
  type JoinGroupRequest,
  KafkaError,
  type LeaveGroupRequest,
  type ListGroupsRequest,
  type leaveGroup as leaveGroupApi,
  type listGroups,
  type OffsetCommitRequest,
  type OffsetDeleteRequest,
  type offsetCommit,
  type offsetDelete,
  type StreamsGroupHeartbeatRequest,
  type SyncGroupRequest,
  type TxnOffsetCommitRequest,
  type txnOffsetCommit,
} from '../../protocol/index.ts';
import type { CoordinatorLog, LogMarker, LogProducerState } from '../runtime/coordinator-log.ts';
import { CoordinatorRuntime } from '../runtime/coordinator-runtime.ts';
import { operationError } from '../runtime/operation-error.ts';
import { partitionFor } from '../runtime/partition-for.ts';
import type { Answer } from './answer.ts';
import { heartbeatAnyGroup, joinAnyGroup, leaveAnyGroup, syncAnyGroup } from './any-group.ts';
import { describedError, describeGroup } from './classic/describe.ts';
import { type JoinResponse, joinError, type SyncResponse, syncError } from './classic/messages.ts';
import {
  type DescribedConsumerGroup,
  describeConsumerGroup,
  describedConsumerGroupError,
} from './consumer/describe.ts';
import type { TopicsChange } from './consumer/group-topics.ts';
import { type ConsumerHeartbeatAnswer, consumerHeartbeat, failedConsumerHeartbeat } from './consumer/heartbeat.ts';
import { validateHeartbeat } from './consumer/validate-heartbeat.ts';
import type { GroupContext, GroupResult, RequestContext } from './group-context.ts';
import { type GroupRecord, groupRecordSerde } from './group-record.ts';
import { GroupShard, type GroupShardOptions } from './group-shard.ts';
import { listedGroups } from './list-groups.ts';
import { commitOffsets } from './offsets/commit-offsets.ts';
import { commitTransactionalOffsets, failedTransactionalCommit } from './offsets/commit-transactional-offsets.ts';
import { type DeletedTopic, deleteGroup, deleteOffsets, deleteOffsetsOfTopic } from './offsets/delete-offsets.ts';
import { fetchOffsets, type GroupOffsets, type GroupOffsetsRequest } from './offsets/fetch-offsets.ts';
import { ShareGroups, type ShareGroupsOptions } from './share/share-groups.ts';
import { forgetDeletedTopic } from './share/share-offsets.ts';
import { type DescribedStreamsGroup, describedStreamsGroupError, describeStreamsGroup } from './streams/describe.ts';
import { failedStreamsHeartbeat, type StreamsHeartbeatResult, streamsHeartbeat } from './streams/heartbeat.ts';
import { validateStreamsHeartbeat } from './streams/validate-heartbeat.ts';

export interface GroupCoordinatorOptions
  extends GroupShardOptions,
    Pick<ShareGroupsOptions, 'shareState' | 'endOffset'> {
  readonly log: CoordinatorLog;
  /** Partitions of the offsets topic: as it was created, not as it would be now. */
  partitionCount(): number;
}

export class GroupCoordinator {
  readonly #options: GroupCoordinatorOptions;
  /** What only share groups have. */
  readonly share: ShareGroups;
  readonly #runtime: CoordinatorRuntime<GroupRecord, GroupShard>;

  constructor(options: GroupCoordinatorOptions) {
    this.#options = options;
    const { log, clock, logger } = options;
    this.#runtime = new CoordinatorRuntime({
      log,
      clock,
      logger,
      serde: groupRecordSerde,
      createState: (shard) => new GroupShard(options, shard),
    });
    this.share = new ShareGroups({
      logger,
      shareState: options.shareState,
      topics: () => options.topics(),
      endOffset: (topic, partition) => options.endOffset(topic, partition),
      write: (groupId, operation) =>
        this.#runtime.write(this.partitionFor(groupId), ({ context }) => operation(context)),
      read: (groupId, query) => this.#runtime.read(this.partitionFor(groupId), ({ context }) => query(context)),
    });
  }

  /** The partition of the offsets topic that keeps the group. */
  partitionFor(groupId: string): number {
    return partitionFor(groupId, this.#options.partitionCount());
  }

  /** This broker leads the partition: its groups are loaded, then served. Rejects when the first load fails; later ones follow. */
  load(partition: number): Promise<void> {
    return this.#runtime.load(partition);
  }

  unload(partition: number): Promise<void> {
    return this.#runtime.unload(partition);
  }

  stop(): Promise<void> {
    return this.#runtime.stop();
  }

  async joinGroup(requestContext: RequestContext, request: JoinGroupRequest): Promise<JoinResponse> {
    const response = await this.#join(requestContext, request);
    // Null cannot be told before v7.
    return requestContext.apiVersion < 7 && response.protocolName === null
      ? { ...response, protocolName: '' }
      : response;
  }

  async syncGroup(_context: RequestContext, request: SyncGroupRequest): Promise<SyncResponse> {
    if (request.groupId === '') return syncError('INVALID_GROUP_ID');
    return this.#write(request.groupId, (context) => syncAnyGroup(context, request), syncError);
  }

  async heartbeat(_context: RequestContext, request: HeartbeatRequest): Promise<Answer<typeof heartbeatApi>> {
    if (request.groupId === '') return { errorCode: errorCode('INVALID_GROUP_ID') };
    return this.#write(
      request.groupId,
      (context) => heartbeatAnyGroup(context, request),
      // Sessions start when loading ends; until then everyone is taken to be alive.
      (error) => ({ errorCode: error === 'COORDINATOR_LOAD_IN_PROGRESS' ? 0 : errorCode(error) }),
    );
  }

  async leaveGroup(requestContext: RequestContext, request: LeaveGroupRequest): Promise<Answer<typeof leaveGroupApi>> {
    if (request.groupId === '') return { errorCode: errorCode('INVALID_GROUP_ID') };
    return this.#write(
      request.groupId,
      (context) => leaveAnyGroup(context, request, requestContext),
      (error) => ({ errorCode: errorCode(error) }),
    );
  }

  /** Topics come with name and id, whichever the client gave; an unknown id is all zeros. */
  commitOffsets(requestContext: RequestContext, request: OffsetCommitRequest): Promise<Answer<typeof offsetCommit>> {
    return this.#write(
      request.groupId,
      (context) => commitOffsets(context, request, requestContext),
      (error) => ({
        topics: request.topics.map(({ name, topicId, partitions }) => ({
          name,
          topicId,
          partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: errorCode(error) })),
        })),
      }),
    );
  }

  /** Offsets that count when the producer's transaction is committed. `requireVerified` throws if the transaction may not write here. */
  async commitTransactionalOffsets(
    request: TxnOffsetCommitRequest,
    requireVerified: (known: LogProducerState | undefined) => void,
  ): Promise<Answer<typeof txnOffsetCommit>> {
    if (request.groupId === '') return failedTransactionalCommit(request, errorCode('INVALID_GROUP_ID'));
    return this.#write(
      request.groupId,
      (context) => {
        requireVerified(context.shard.producer(request.producerId));
        return commitTransactionalOffsets(context, request);
      },
      (error) => failedTransactionalCommit(request, errorCode(error)),
    );
  }

  /** Ends a transaction with offsets in this partition of the offsets topic. Durable when it resolves; rejects with a `KafkaError`. */
  completeTransaction(partition: number, marker: LogMarker): Promise<void> {
    return this.#runtime.completeTransaction(partition, marker);
  }

  /**
   * One group of an OffsetFetch, whichever version asked. Answers wait for commits under way; with `requireStable` offsets of open
   * transactions are told as UNSTABLE_OFFSET_COMMIT.
   */
  async fetchOffsets(
    _context: RequestContext,
    request: GroupOffsetsRequest,
    requireStable: boolean,
  ): Promise<GroupOffsets> {
    const { groupId } = request;
    try {
      return await this.#runtime.read(this.partitionFor(groupId), ({ context }) =>
        fetchOffsets(context, request, requireStable),
      );
    } catch (error) {
      const name = operationError(error);
      // Older consumers know the one and not the other.
      const told = name === 'COORDINATOR_NOT_AVAILABLE' ? 'NOT_COORDINATOR' : name;
      return { groupId, topics: [], errorCode: errorCode(told) };
    }
  }

  async consumerGroupHeartbeat(
    requestContext: RequestContext,
    request: ConsumerGroupHeartbeatRequest,
  ): Promise<ConsumerHeartbeatAnswer> {
    const { config } = this.#options;
    try {
      validateHeartbeat(request, requestContext.apiVersion, config['group.consumer.assignors']);
      return await this.#runtime.write(this.partitionFor(request.groupId), ({ context }) =>
        consumerHeartbeat(context, request, requestContext),
      );
    } catch (error) {
      return failedConsumerHeartbeat(operationError(error), messageOf(error));
    }
  }

  async describeConsumerGroup(_context: RequestContext, groupId: string): Promise<DescribedConsumerGroup> {
    if (groupId === '') return describedConsumerGroupError(groupId, 'INVALID_GROUP_ID');
    try {
      return await this.#runtime.read(this.partitionFor(groupId), ({ context }) =>
        describeConsumerGroup(context, groupId),
      );
    } catch (error) {
      return describedConsumerGroupError(groupId, operationError(error), messageOf(error));
    }
  }

  /** The topics that the topology lacks are for the caller to create. */
  async streamsGroupHeartbeat(
    requestContext: RequestContext,
    request: StreamsGroupHeartbeatRequest,
  ): Promise<StreamsHeartbeatResult> {
    try {
      validateStreamsHeartbeat(request);
      return await this.#runtime.write(this.partitionFor(request.groupId), ({ context }) =>
        streamsHeartbeat(context, request, requestContext),
      );
    } catch (error) {
      return failedStreamsHeartbeat(operationError(error), messageOf(error));
    }
  }

  async describeStreamsGroup(_context: RequestContext, groupId: string): Promise<DescribedStreamsGroup> {
    if (groupId === '') return describedStreamsGroupError(groupId, 'INVALID_GROUP_ID');
    try {
      return await this.#runtime.read(this.partitionFor(groupId), ({ context }) =>
        describeStreamsGroup(context, groupId),
      );
    } catch (error) {
      return describedStreamsGroupError(groupId, operationError(error), messageOf(error));
    }
  }

  /** The metadata has other topics now. Groups that subscribe to them look at it when a member asks next. */
  onTopicsChanged(change: TopicsChange): void {
    for (const partition of this.#runtime.partitions) {
      this.#runtime
        .read(partition, (shard) => shard.onTopicsChanged(change))
        // A partition that is not loaded looks at the topics after loading.
        .catch(() => {});
    }
  }

  async deleteOffsets(_context: RequestContext, request: OffsetDeleteRequest): Promise<Answer<typeof offsetDelete>> {
    if (request.groupId === '') return { errorCode: errorCode('INVALID_GROUP_ID'), topics: [] };
    return this.#write(
      request.groupId,
      (context) => deleteOffsets(context, request),
      (error) => ({ errorCode: errorCode(error), topics: [] }),
    );
  }

  async describeGroups(
    { apiVersion }: RequestContext,
    request: DescribeGroupsRequest,
  ): Promise<Answer<typeof describeGroups>> {
    const groups = request.groups.map(async (groupId) => {
      try {
        return await this.#runtime.read(this.partitionFor(groupId), ({ context }) =>
          describeGroup(context, groupId, apiVersion),
        );
      } catch (error) {
        return describedError(groupId, operationError(error));
      }
    });
    return { groups: await Promise.all(groups) };
  }

  /** How many groups there are now of each type and state. */
  countGroups(): { readonly type: string; readonly state: string; readonly count: number }[] {
    const counts = new Map<string, { type: string; state: string; count: number }>();
    for (const groups of this.#runtime.peek(({ context }) => context.groups)) {
      for (const { type, state } of groups.values()) {
        const entry = counts.get(`${type} ${state}`) ?? { type, state, count: 0 };
        entry.count++;
        counts.set(`${type} ${state}`, entry);
      }
    }
    return [...counts.values()];
  }

  async listGroups(_context: RequestContext, request: ListGroupsRequest): Promise<Answer<typeof listGroups>> {
    try {
      const groups = await Promise.all(
        this.#runtime.partitions.map((partition) =>
          this.#runtime.read(partition, ({ context }) => listedGroups(context, request)),
        ),
      );
      return { errorCode: 0, groups: groups.flat() };
    } catch (error) {
      return { errorCode: errorCode(operationError(error)), groups: [] };
    }
  }

  async deleteGroups(_context: RequestContext, request: DeleteGroupsRequest): Promise<Answer<typeof deleteGroups>> {
    const results = request.groupsNames.map(async (groupId) => ({ groupId, errorCode: await this.#delete(groupId) }));
    return { results: await Promise.all(results) };
  }

  /** Forgets what groups have of the topic. Partitions that cannot are logged: expiry will do it. */
  async onTopicDeleted(topic: DeletedTopic): Promise<void> {
    await Promise.all(
      this.#runtime.partitions.map(async (partition) => {
        try {
          await this.#runtime.write(partition, ({ context }) => {
            const { records, ...result } = deleteOffsetsOfTopic(context, topic);
            return { ...result, records: [...records, ...forgetDeletedTopic(context, topic.topicId)] };
          });
        } catch (error) {
          this.#options.logger.warn(
            { error, partition, topic: topic.name },
            'cannot delete the offsets of a deleted topic',
          );
        }
      }),
    );
  }

  async #delete(groupId: string): Promise<number> {
    const failure = await this.share.deleteState(groupId);
    if (failure !== undefined) return errorCode(failure);
    return this.#write<number>(groupId, (context) => ({ ...deleteGroup(context, groupId), response: 0 }), errorCode);
  }

  async #join(requestContext: RequestContext, request: JoinGroupRequest): Promise<JoinResponse> {
    const { config } = this.#options;
    const { groupId, memberId, sessionTimeoutMs } = request;
    if (groupId === '') return joinError(memberId, 'INVALID_GROUP_ID');
    const isAllowed =
      sessionTimeoutMs >= config['group.min.session.timeout.ms'] &&
      sessionTimeoutMs <= config['group.max.session.timeout.ms'];
    if (!isAllowed) return joinError(memberId, 'INVALID_SESSION_TIMEOUT');
    // v0 has one timeout for both.
    const complete = requestContext.apiVersion === 0 ? { ...request, rebalanceTimeoutMs: sessionTimeoutMs } : request;
    return this.#write(
      groupId,
      (context) => joinAnyGroup(context, complete, requestContext),
      (error) => joinError('', error),
    );
  }

  async #write<Response>(
    groupId: string,
    operation: (context: GroupContext) => GroupResult<Response>,
    failed: (error: ErrorName) => Response,
  ): Promise<Response> {
    try {
      return await this.#runtime.write(this.partitionFor(groupId), ({ context }) => operation(context));
    } catch (error) {
      return failed(operationError(error));
    }
  }
}

/** What a client may read: only errors of the protocol have a text for it. */
function messageOf(error: unknown): string | null {
  return error instanceof KafkaError ? error.message : null;
}
