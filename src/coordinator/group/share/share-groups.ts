// Share groups as the broker sees them: one method per API. What a group says of its partitions and the state of these partitions are kept
// by two coordinators; here is what must happen in both, in an order in which a crash between leaves something that can be repeated.

import {
  type AlterShareGroupOffsetsRequest,
  type alterShareGroupOffsets,
  type DeleteShareGroupOffsetsRequest,
  type DescribeShareGroupOffsetsRequest,
  type deleteShareGroupOffsets,
  type describeShareGroupOffsets,
  type ErrorName,
  errorCode,
  errorName,
  KafkaError,
  type ShareGroupHeartbeatRequest,
  ZERO_UUID,
} from '../../../protocol/index.ts';
import type { Logger } from '../../../telemetry/index.ts';
import { operationError } from '../../runtime/operation-error.ts';
import type { ShareStateStore } from '../../share/share-coordinator.ts';
import type { Answer } from '../answer.ts';
import type { GroupTopics } from '../consumer/group-topics.ts';
import type { GroupContext, GroupResult, RequestContext } from '../group-context.ts';
import { type DescribedShareGroup, describedShareGroupError, describeShareGroup } from './describe-share-group.ts';
import { requireShareGroup } from './require-share-group.ts';
import {
  failedShareHeartbeat,
  type ShareHeartbeatAnswer,
  shareHeartbeat,
  validateShareHeartbeat,
} from './share-heartbeat.ts';
import {
  beginAlterOffsets,
  beginDeleteGroup,
  beginDeleteOffsets,
  type DeletedOffsetsTopic,
  markDeleted,
  markInitialized,
  markUninitialized,
} from './share-offsets.ts';
import type { PartitionSets } from './share-topics.ts';

export interface ShareGroupsOptions {
  readonly logger: Logger;
  /** The state of share partitions. */
  readonly shareState: ShareStateStore;
  /** The cluster's topics at this moment. */
  topics(): GroupTopics;
  /** Where readers of the partition end; undefined while it is not served. */
  endOffset(topic: string, partition: number): Promise<bigint | undefined>;
  /** Runs an operation on the partition that keeps the group; resolves when what it decided is committed. */
  write<Response>(groupId: string, operation: (context: GroupContext) => GroupResult<Response>): Promise<Response>;
  read<Response>(groupId: string, query: (context: GroupContext) => Response): Promise<Response>;
}

type DescribedOffsets = Answer<typeof describeShareGroupOffsets>['groups'][number];
type OffsetsRequest = DescribeShareGroupOffsetsRequest['groups'][number];
type StartOffsets = ReadonlyMap<string, ReadonlyMap<number, bigint>>;
/** Error codes by topic id and partition. */
type Failures = Map<string, Map<number, { readonly errorCode: number; readonly errorMessage: string | null }>>;

/** Where the group's settings decide. */
const NO_START_OFFSET = -1n;
const NO_LAG = -1n;

export class ShareGroups {
  readonly #options: ShareGroupsOptions;

  constructor(options: ShareGroupsOptions) {
    this.#options = options;
  }

  async heartbeat(requestContext: RequestContext, request: ShareGroupHeartbeatRequest): Promise<ShareHeartbeatAnswer> {
    const { groupId } = request;
    try {
      validateShareHeartbeat(request);
      const { answer, toInitialize, groupEpoch } = await this.#options.write(groupId, (context) =>
        shareHeartbeat(context, request, requestContext),
      );
      if (toInitialize.size > 0) {
        const partitions = new Map(Array.from(toInitialize, ([topicId, topic]) => [topicId, topic.partitions]));
        // The member learns its partitions with a later heartbeat.
        this.#initialize(groupId, groupEpoch, withStart(partitions, NO_START_OFFSET)).catch((error: unknown) =>
          this.#options.logger.warn({ error, groupId }, 'cannot begin the state of a share group'),
        );
      }
      return answer;
    } catch (error) {
      return failedShareHeartbeat(operationError(error), messageOf(error));
    }
  }

  async describe(_context: RequestContext, groupId: string): Promise<DescribedShareGroup> {
    if (groupId === '') return describedShareGroupError(groupId, 'INVALID_GROUP_ID');
    try {
      return await this.#options.read(groupId, (context) => describeShareGroup(context, groupId));
    } catch (error) {
      return describedShareGroupError(groupId, operationError(error), messageOf(error));
    }
  }

  /** Where one group stands, in the named partitions or in all. A partition that it has not begun is told as -1. */
  async describeOffsets(_context: RequestContext, { groupId, topics }: OffsetsRequest): Promise<DescribedOffsets> {
    try {
      const known = await this.#partitionsOf(groupId, topics);
      const unknown = (topics ?? []).filter(({ topicName }) => this.#options.topics().byName(topicName) === undefined);
      const { results } = await this.#options.shareState.readStateSummary({
        groupId,
        topics: topicsOf(known, (partition) => ({ partition, leaderEpoch: -1 })),
      });
      const told = await Promise.all(
        results.map(async ({ topicId, partitions }) => {
          const topicName = this.#options.topics().byId(topicId)?.name ?? '';
          const described = partitions.map((summary) => this.#describe(topicName, summary));
          return { topicName, topicId, partitions: await Promise.all(described) };
        }),
      );
      const missing = unknown.map(({ topicName, partitions }) => ({
        topicName,
        topicId: ZERO_UUID,
        partitions: partitions.map((partitionIndex) => ({
          ...{ partitionIndex, startOffset: NO_START_OFFSET, leaderEpoch: 0, errorCode: 0 },
        })),
      }));
      return { groupId, topics: [...told, ...missing], errorCode: 0 };
    } catch (error) {
      return { groupId, topics: [], errorCode: errorCode(operationError(error)), errorMessage: messageOf(error) };
    }
  }

  /** Sets where a group without members goes on. */
  async alterOffsets(
    _context: RequestContext,
    request: AlterShareGroupOffsetsRequest,
  ): Promise<Answer<typeof alterShareGroupOffsets>> {
    const { groupId } = request;
    if (groupId === '') return { errorCode: errorCode('INVALID_GROUP_ID'), responses: [] };
    try {
      const altered = await this.#options.write(groupId, (context) => beginAlterOffsets(context, request));
      const { groupEpoch, responses, starts } = altered;
      if (starts.size === 0) return { errorCode: 0, responses };
      const failures = await this.#initialize(groupId, groupEpoch, starts);
      const told = responses.map((topic) => ({
        ...topic,
        partitions: topic.partitions.map((partition) => ({
          ...partition,
          ...failures.get(topic.topicId)?.get(partition.partitionIndex),
        })),
      }));
      return { errorCode: 0, responses: told };
    } catch (error) {
      return { errorCode: errorCode(operationError(error)), errorMessage: messageOf(error), responses: [] };
    }
  }

  /** Forgets where a group without members stands in topics. */
  async deleteOffsets(
    _context: RequestContext,
    request: DeleteShareGroupOffsetsRequest,
  ): Promise<Answer<typeof deleteShareGroupOffsets>> {
    const { groupId } = request;
    if (groupId === '') return { errorCode: errorCode('INVALID_GROUP_ID'), responses: [] };
    try {
      const begun = await this.#options.write(groupId, (context) => beginDeleteOffsets(context, request));
      const { refused, toDelete } = begun;
      if (toDelete.size === 0) return { errorCode: 0, responses: refused };
      const failures = await this.#delete(groupId, toDelete);
      const gone = [...toDelete.keys()].filter((topicId) => !failures.has(topicId));
      await this.#options.write(groupId, (context) => markDeleted(context, groupId, gone));
      const told = Array.from(toDelete.keys(), (topicId): DeletedOffsetsTopic => {
        const [failure] = failures.get(topicId)?.values() ?? [];
        const topicName = this.#options.topics().byId(topicId)?.name ?? '';
        return { topicId, topicName, errorCode: 0, ...failure };
      });
      return { errorCode: 0, responses: [...refused, ...told] };
    } catch (error) {
      return { errorCode: errorCode(operationError(error)), errorMessage: messageOf(error), responses: [] };
    }
  }

  /** Forgets the state of the group's partitions before the group itself is forgotten. Undefined when nothing stands in the way of that. */
  async deleteState(groupId: string): Promise<ErrorName | undefined> {
    try {
      const toDelete = await this.#options.write(groupId, (context) => beginDeleteGroup(context, groupId));
      if (toDelete === undefined || toDelete.size === 0) return undefined;
      const failures = await this.#delete(groupId, toDelete);
      const [[failure] = []] = Array.from(failures.values(), (partitions) => [...partitions.values()]);
      return failure === undefined ? undefined : errorName(failure.errorCode);
    } catch (error) {
      return operationError(error);
    }
  }

  async #describe(
    topicName: string,
    summary: Awaited<ReturnType<ShareStateStore['readStateSummary']>>['results'][number]['partitions'][number],
  ): Promise<DescribedOffsets['topics'][number]['partitions'][number]> {
    const { partition: partitionIndex, startOffset, leaderEpoch, deliveryCompleteCount } = summary;
    if (summary.errorCode !== 0)
      return { partitionIndex, startOffset: NO_START_OFFSET, leaderEpoch: 0, lag: NO_LAG, errorCode: 0 };
    const told = { partitionIndex, startOffset, leaderEpoch };
    if (startOffset === NO_START_OFFSET || deliveryCompleteCount === -1) return { ...told, lag: NO_LAG, errorCode: 0 };
    const endOffset = await this.#options.endOffset(topicName, partitionIndex);
    if (endOffset === undefined) {
      const error = new KafkaError('NOT_LEADER_OR_FOLLOWER');
      return {
        partitionIndex,
        startOffset: 0n,
        leaderEpoch: 0,
        errorCode: error.errorCode,
        errorMessage: error.message,
      };
    }
    return { ...told, lag: endOffset - startOffset - BigInt(deliveryCompleteCount), errorCode: 0 };
  }

  /** The named partitions of topics that exist, or all that the group has begun. */
  async #partitionsOf(groupId: string, asked: OffsetsRequest['topics']): Promise<PartitionSets> {
    const topics = this.#options.topics();
    if (asked !== null) {
      return new Map(
        asked.flatMap(({ topicName, partitions }) => {
          const topic = topics.byName(topicName);
          return topic === undefined ? [] : [[topic.topicId, new Set(partitions)] as const];
        }),
      );
    }
    return this.#options.read(groupId, (context) => {
      if (!context.groups.has(groupId)) return new Map();
      const { initialized } = requireShareGroup(context, groupId).topics;
      const known = [...initialized].filter(([topicId]) => topics.byId(topicId) !== undefined);
      return new Map(known.map(([topicId, { partitions }]) => [topicId, partitions]));
    });
  }

  /** Begins the state of the partitions and tells the group how that went. Resolves to what failed. */
  async #initialize(groupId: string, stateEpoch: number, starts: StartOffsets): Promise<Failures> {
    const { results } = await this.#options.shareState.initializeState({
      groupId,
      topics: Array.from(starts, ([topicId, partitions]) => ({
        topicId,
        partitions: Array.from(partitions, ([partition, startOffset]) => ({ partition, stateEpoch, startOffset })),
      })),
    });
    const failures = failuresOf(results);
    const partitions = new Map(Array.from(starts, ([topicId, offsets]) => [topicId, new Set(offsets.keys())]));
    if (failures.size > 0)
      this.#options.logger.warn({ groupId, failures: results }, 'cannot begin the state of a share group');
    await this.#options.write(groupId, (context) =>
      failures.size > 0
        ? markUninitialized(context, groupId, partitions)
        : markInitialized(context, groupId, partitions),
    );
    return failures;
  }

  async #delete(groupId: string, partitions: PartitionSets): Promise<Failures> {
    const topics = topicsOf(partitions, (partition) => ({ partition }));
    return failuresOf((await this.#options.shareState.deleteState({ groupId, topics })).results);
  }
}

function withStart(partitions: PartitionSets, startOffset: bigint): StartOffsets {
  return new Map(
    Array.from(partitions, ([topicId, numbers]) => [
      topicId,
      new Map(Array.from(numbers, (partition) => [partition, startOffset])),
    ]),
  );
}

function topicsOf<P>(partitions: PartitionSets, partitionOf: (partition: number) => P) {
  return Array.from(partitions, ([topicId, numbers]) => ({ topicId, partitions: Array.from(numbers, partitionOf) }));
}

function failuresOf(
  results: readonly {
    readonly topicId: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly errorCode: number;
      readonly errorMessage: string | null;
    }[];
  }[],
): Failures {
  const failures: Failures = new Map();
  for (const { topicId, partitions } of results) {
    const failed = partitions.filter((partition) => partition.errorCode !== 0);
    if (failed.length === 0) continue;
    failures.set(
      topicId,
      new Map(failed.map(({ partition, errorCode, errorMessage }) => [partition, { errorCode, errorMessage }])),
    );
  }
  return failures;
}

/** What a client may read: only errors of the protocol have a text for it. */
function messageOf(error: unknown): string | null {
  return error instanceof KafkaError ? error.message : null;
}
